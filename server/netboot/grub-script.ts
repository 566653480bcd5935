import { parseMac } from '../../common/model/mac.ts';
import { renderNamed } from '../templates.ts';
import { type KnownHost } from '../hosts/hosts-json.ts';
import { bootWords, type BootServer } from './boot-script.ts';
import { type BootChoice, decideBoot, type Netboot } from './netboot.ts';

/** What is known of machines that boot from the network. */
export type BootKnowledge = { netboot: Netboot; hosts: readonly KnownHost[]; unknown: BootChoice };

/** Text for a grub command: one word, in which nothing is expanded. */
export const grubQuote = (text: string) => `'${text.replace(/[^\x20-\x7e]/g, '').replaceAll("'", `'\\''`)}'`;

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
  const append = bootWords(mac, boot === 'rescue' ? 'rescue' : 'install', server)
    // Of a machine that is not known, grub itself puts the address there.
    .map((word) => (word.startsWith('BOOTIF=') ? word : grubQuote(word)))
    .join(' ');
  const what = boot === 'rescue' ? 'a rescue shell' : 'the installer';
  return renderNamed('grub.cfg', {
    isAnybody,
    local: boot === 'local' && {
      says: grubQuote(`${who} starts its own disk: ${why}.`),
      again: grubQuote(`To install it again: systemimager netboot ${name ?? 'MAC'}`),
    },
    boel: boot !== 'local' && { says: grubQuote(`${who} boots ${what}: ${why}.`), append },
  });
}
