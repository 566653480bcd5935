import { grubWord } from '../templates/languages.ts';
import { renderNamed } from '../templates/render.ts';
import { boelCommandLine, boelWords, type BootServer } from './command-line.ts';

/** In place of a MAC: grub inserts the MAC of the card that booted, and first looks for a file with that MAC in its name. */
export const bootedCard = '$net_default_mac';

/** What grub does for the machine with a MAC. */
export type GrubAnswer = { boot: 'install' | 'rescue' | 'local'; why: string; mac: string; host?: string };

/** Who writes a grub.cfg: `serve` knows what each machine boots, and mkbootserver does not. */
export type GrubWriter = 'systemimager serve' | 'systemimager mkbootserver';

/** The grub.cfg for an answer. */
export function grubScript(
  { boot, why, mac, host }: GrubAnswer,
  server: BootServer,
  writer: GrubWriter = 'systemimager serve',
): Promise<string> {
  const isAnybody = mac === bootedCard;
  const name = host ?? (isAnybody ? undefined : mac);
  const who = name ?? 'This machine';
  const action = boot === 'rescue' ? 'rescue' : 'install';
  const append = boelCommandLine(mac, action, server)
    .map((word) => (word.startsWith('BOOTIF=') ? word : grubWord(word)))
    .join(' ');
  const again = `To install ${name ?? 'this machine'} again, `;
  const how = {
    'systemimager serve': `type on the image server: systemimager netboot ${name ?? 'MAC'}`,
    'systemimager mkbootserver': 'start it without Secure Boot by iPXE, or from a CD (systemimager mkautoinstallcd)',
  } satisfies Record<GrubWriter, string>;
  return renderNamed('grub.cfg', {
    writer,
    isAnybody,
    local: boot === 'local' && {
      says: `${who} starts its own disk: ${why}.`,
      again: again + how[writer],
    },
    boel: boot !== 'local' && { says: `${who} boots ${boelWords[action]}: ${why}.`, append },
  });
}
