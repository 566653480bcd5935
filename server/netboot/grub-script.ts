import { parseMac } from '../../common/model/mac.ts';
import { here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ServerPaths } from '../config/paths.ts';
import { grubWord } from '../languages.ts';
import { renderNamed } from '../templates.ts';
import { boelWords, type BootServer, bootWords } from './boot-script.ts';
import { type BootKnowledge, decideBoot } from './netboot.ts';

/**
 * The files below grub/ that grub reads from the network (GNU GRUB manual, Network), by name: grub.cfg, which looks for the
 * file of the card that booted, and one for each card of a known machine. grub asks no server what to do, as iPXE does: it
 * speaks HTTP to port 80 alone before version 2.12.
 */
export async function grubFiles(known: BootKnowledge, server: BootServer): Promise<Map<string, string>> {
  const macs = [...known.hosts.flatMap((one) => one.mac ?? []), ...Object.keys(known.netboot.machines)];
  const files = new Map([['grub.cfg', await grubScript('$net_default_mac', known, server)]]);
  for (const mac of new Set(macs.filter((one) => parseMac(one) === one)))
    files.set(`${mac}.cfg`, await grubScript(mac, known, server));
  return files;
}

async function grubScript(mac: string, known: BootKnowledge, server: BootServer): Promise<string> {
  const { boot, why, host } = decideBoot(mac, known);
  const isAnybody = parseMac(mac) === undefined;
  const name = host ?? (isAnybody ? undefined : mac);
  const who = name ?? 'This machine';
  const action = boot === 'rescue' ? 'rescue' : 'install';
  const append = bootWords(mac, action, server)
    // Of a machine that is not known, grub itself puts the address there.
    .map((word) => (word.startsWith('BOOTIF=') ? word : grubWord(word)))
    .join(' ');
  return renderNamed('grub.cfg', {
    isAnybody,
    local: boot === 'local' && {
      says: `${who} starts its own disk: ${why}.`,
      again: `To install it again: systemimager netboot ${name ?? 'MAC'}`,
    },
    boel: boot !== 'local' && { says: `${who} boots ${boelWords[action]}: ${why}.`, append },
  });
}

/** Writes what changed of grub's files, and removes those of machines that are no longer known. */
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
      return { why: `Tell grub what is booted: ${name}`, kind: 'write', at: at(name), content, mode: 0o644 };
    }),
    ...gone.map((name): Step => ({ why: `Forget ${name}`, kind: 'remove', at: at(name) })),
  ];
}
