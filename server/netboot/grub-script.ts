import { parseMac } from '../../common/model/mac.ts';
import { here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { BootServer } from '../../common/boot/command-line.ts';
import { bootedCard, grubScript } from '../../common/boot/grub-script.ts';
import { type BootKnowledge, decideBoot } from './netboot.ts';

/**
 * The files below grub/ that grub reads from the network (GNU GRUB manual, Network), by name: grub.cfg, which looks for the
 * file of the card that booted, and a file for each card of a known machine. Unlike iPXE, grub asks no server what to do: before
 * version 2.12, grub speaks HTTP only to port 80.
 */
export async function grubFiles(known: BootKnowledge, server: BootServer): Promise<Map<string, string>> {
  const macs = [...known.hosts.flatMap((one) => one.mac ?? []), ...Object.keys(known.netboot.machines)];
  const scriptOf = (mac: string) => grubScript({ mac, ...decideBoot(mac, known) }, server);
  const files = new Map([['grub.cfg', await scriptOf(bootedCard)]]);
  for (const mac of new Set(macs.filter((one) => parseMac(one) === one))) files.set(`${mac}.cfg`, await scriptOf(mac));
  return files;
}

/** Writes changed files of grub, and removes the files of machines that are no longer known. */
export function planGrubFiles(
  { tftp }: Pick<ServerPaths, 'tftp'>,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Step[] {
  const at = (name: string) => here(under(tftp, 'grub', name));
  const changed = [...after].filter(([name, content]) => before.get(name) !== content);
  const gone = [...before.keys()].filter((name) => !after.has(name));
  return [
    ...changed.map(([name, content]): Step => {
      return { why: `Write the configuration of grub: ${name}`, kind: 'write', at: at(name), content, mode: 0o644 };
    }),
    ...gone.map((name): Step => ({ why: `Forget ${name}`, kind: 'remove', at: at(name) })),
  ];
}
