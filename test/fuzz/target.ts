import { bytesOf, textOf } from '../../common/system/text.ts';

/** A parser under fire: what it reads, and what real input for it looks like. */
export type FuzzTarget = {
  /** The name of the exported function. */
  name: string;
  /** Inputs that the parser takes; changed at random, they become the attack. */
  seeds: readonly Buffer[];
  /** May throw UserError, and nothing else. */
  read: (input: Buffer) => unknown;
};

/** A parser of bytes. */
export function ofBytes(name: string, read: (input: Buffer) => unknown, seeds: readonly Buffer[]): FuzzTarget {
  return { name, read, seeds };
}

/** A parser of text. */
export function ofText(name: string, read: (text: string) => unknown, seeds: readonly string[]): FuzzTarget {
  return { name, read: (input) => read(textOf(input)), seeds: seeds.map(bytesOf) };
}
