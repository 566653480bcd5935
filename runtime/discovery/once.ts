import { installedName, markerName } from '../../common/model/medium.ts';
import type { Settings } from '../../common/model/settings.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { under } from '../../common/system/place.ts';
import { textOf } from '../../common/system/text.ts';
import { untilItWorks, type Watch } from './backoff.ts';
import type { Found } from './decide.ts';
import type { Visit } from './media.ts';

/** The medium that started BOEL, and the system that this medium has installed on the machine, as far as they were found. */
export type Once = { medium?: string; installed?: { node: string; what: string } };

/** Looks at filesystems for the medium with the id of ONCE, and for a system that this medium has installed. */
export function watchOnce(io: ReadIo, prompt: readonly Found[]): { once: Once; visit: Visit } {
  const once: Once = {};
  const id = prompt.map(({ values }) => values.ONCE).find(Boolean);
  return {
    once,
    async visit(root, folders, node, from) {
      if (id === undefined) return;
      if (from === 'removable local.cfg' && (await io.lstat(under(root, markerName(id))))) once.medium ??= node;
      if (from !== 'hard disk local.cfg') return;
      for (const folder of folders) {
        const what = await io.read(under(root, folder, installedName(id)));
        if (what) once.installed ??= { node, what: textOf(what).trim() };
      }
    },
  };
}

/** True if BOEL must not install: nobody has chosen so, and the medium has installed this machine. */
export const isDone = ({ ONCE, ACTION }: Settings, { installed }: Once): boolean =>
  installed !== undefined && ONCE?.from === 'boot menu' && (ACTION?.value ?? 'install') === 'install';

/**
 * Says that the machine is installed, and starts the machine again as soon as the medium is taken out. A BIOS that tries the medium
 * first would start the medium for ever, so nothing else is left to do.
 */
export async function waitForRemoval(io: Io, { medium, installed }: Once, watch: Watch): Promise<never> {
  const where = medium === undefined ? '' : ` (${medium})`;
  watch.say(`This medium has installed this machine: ${installed?.what}, on ${installed?.node}. Nothing is changed.`);
  watch.say('To install the machine again, start it again, and choose `again` in the menu of the medium.');
  const isHere = async () => medium === undefined || (await io.run({ argv: ['blkid', '-p', medium] })).code === 0;
  await untilItWorks(io, watch, async () =>
    (await isHere())
      ? { notYet: `Take the medium${where} out: then the machine starts its own disk` }
      : { value: undefined },
  );
  watch.say('The medium is gone. The machine starts again, from its own disk.');
  await io.run({ argv: ['reboot'] });
  const { signal } = watch;
  signal?.throwIfAborted();
  return new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
}
