import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { EntryWay } from '../../install/boot-entries/boot-entry.ts';
import { bootNext } from '../../install/boot-entries/boot-next.ts';
import { entryWays } from '../../install/boot-entries/index.ts';
import type { RunningBoot } from '../../install/boot-entries/running-boot.ts';

/** A way with its facts of this machine. */
export type ChosenWay = { way: EntryWay; facts: unknown; notes: string[] };

const names = entryWays.map(({ name }) => name).join(', ');

/**
 * The way by which this machine starts the installer. On UEFI, BootNext comes first, which no other loader need know of. Else it is the
 * loader that has started the running system. UserError if nothing tells the loader: a wrong guess would change nothing, or too much.
 */
export async function chooseWay(io: ReadIo, machine: RunningBoot, wished: string | undefined): Promise<ChosenWay> {
  const notes: string[] = [];
  if (wished === undefined && machine.firmware === 'uefi') {
    const facts = await bootNext.probe(io, machine);
    if (typeof facts === 'object') return { way: bootNext, facts, notes };
    notes.push(`BootNext of the firmware cannot be used: ${facts ?? 'it is missing'}`);
  }
  const name = wished ?? machine.loader?.name;
  if (name === undefined)
    throw new UserError(
      `nothing tells by which boot loader this machine starts; nothing has been changed${[...notes, ...machine.reasons].map((line) => `\n    ${line}`).join('')}`,
      `If you know the boot loader, name it: --loader NAME (${names}); or start the installer at once: --now`,
    );
  const way = entryWays.find((one) => one.name === name);
  if (!way) throw new UserError(`--loader ${name} is not known`, `Give one of ${names}.`);
  const facts = await way.probe(io, machine);
  const because = wished === undefined ? ` (${machine.loader?.because})` : '';
  if (typeof facts === 'object' && facts !== null) return { way, facts, notes };
  throw new UserError(
    `this machine starts by ${name}${because}, which cannot get an entry: ${typeof facts === 'string' ? facts : 'its programs or its configuration are missing'}`,
    'Mend that, or start the installer at once: --now',
  );
}
