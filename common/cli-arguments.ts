import { InvalidArgumentError } from 'commander';

/** A TCP port as typed. */
export function parsePort(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value > 0 && value < 65_536) return value;
  throw new InvalidArgumentError('a port is a number from 1 to 65535.');
}
