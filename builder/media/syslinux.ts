import { commonWords, rescueWord, serverWords } from '../../common/boot/command-line.ts';
import { checkSetting } from '../../common/model/setting-values.ts';
import { defaultPorts } from '../../common/model/settings.ts';
import { UserError } from '../../common/system/errors.ts';
import { ipxeWords, luaText } from '../../common/templates/languages.ts';
import { type AbsPath, absPath, under } from '../../common/system/place.ts';
import type { Library } from '../packages/library.ts';
import { sourceTop } from '../top.ts';
import type { MediumFile } from './staging.ts';

/** How a machine that boots from a medium reaches its image server; local.cfg and DHCP name the server if `server` does not. */
export type MediumServer = { server: string | undefined; httpPort: number | undefined; append: string };

/** Reads --server: an address or a name, with the HTTP port after a colon. */
export function readServer(text: string | undefined): Pick<MediumServer, 'server' | 'httpPort'> {
  if (text === undefined) return { server: undefined, httpPort: undefined };
  const [, host = '', port] = /^([^:]*)(?::(.*))?$/.exec(text) ?? [];
  const checked = { host: checkSetting('IMAGESERVER', host), port: checkSetting('HTTPPORT', port ?? '8181') };
  for (const one of Object.values(checked))
    if ('reason' in one)
      throw new UserError(`--server ${text}: ${one.reason}`, 'Give ADDRESS or ADDRESS:PORT of the image server.');
  return { server: host, httpPort: port === undefined ? undefined : Number(port) };
}

/** Modules of SYSLINUX for a BIOS: lua.c32 runs net.lua, the others are what lua.c32 loads (SYSLINUX 6, doc/). */
const modules = ['lua.c32', 'liblua.c32', 'libcom32.c32', 'libutil.c32', 'syslinux.c32'] as const;
const modulesFolder: AbsPath = '/usr/lib/syslinux/modules/bios';

/** Debian's packages of these files. */
export const syslinuxPackages = ['syslinux-common', 'ipxe'] as const;

/** Our own files, which lie in the folder syslinux/ at the top of the checkout. */
const menuFiles = ['syslinux.cfg', 'message.txt', 'net.lua'] as const;

/**
 * What every medium with SYSLINUX, ISOLINUX or PXELINUX holds: modules, iPXE, the menu, and medium.lua with the words of this
 * medium. The caller adds local.cfg, and medium.cfg with the labels of the medium.
 */
export async function syslinuxFiles(library: Library, medium: MediumServer): Promise<MediumFile[]> {
  const [common, ipxe] = await Promise.all([library.open('syslinux-common'), library.open('ipxe')]);
  return [
    ...menuFiles.map((name) => ({ name, from: under(absPath(sourceTop), 'syslinux', name) })),
    ...modules.map((name) => ({ name, from: under(common.root, modulesFolder, name) })),
    { name: 'ipxe.krn', from: under(ipxe.root, '/boot/ipxe.lkrn') },
    { name: 'medium.lua', content: mediumLua(medium) },
  ];
}

/** The words for a kernel that the medium itself holds. */
export const kernelWords = ({ server, httpPort, append }: MediumServer): string[] => [
  ...serverWords({ address: server, httpPort }),
  ...commonWords(append),
];

/** The word of a menu for an image of the medium. */
export const imageLabel = (name: string): string =>
  /^(install|again|rescue|net|local|ipxe)$/i.test(name) ? `image-${name}` : name;

/** A label of a menu that starts BOEL: what it does, for people, and the words of the kernel command line. */
export type BootLabel = { name: string; about: string; words: readonly string[] };

/** The label that opens a shell. */
export const rescueLabel = (words: readonly string[]): BootLabel => {
  return { name: 'rescue', about: 'open a shell of BOEL, and install nothing', words: [...words, rescueWord] };
};

/** Labels for SYSLINUX of a medium that holds kernel and initrd; `more`: further lines of each label. */
export function bootLabels(labels: readonly BootLabel[], more: readonly string[] = []): string {
  const files = ['LINUX boot/amd64/kernel', 'INITRD boot/amd64/initrd.img', ...more];
  return labels
    .map(({ name, about, words }) => {
      const lines = [...files, `APPEND ${words.join(' ')}`].map((line) => `\t${line}\n`).join('');
      return `\n# ${about}\nLABEL ${name}\n${lines}`;
    })
    .join('');
}

/** ipxe.lkrn takes a command line of 2047 characters; net.lua needs up to 1600 of them with long names in local.cfg. */
const longestAppend = 380;

/** medium.lua: what net.lua must know of the medium, as a table of Lua 5.2. */
export function mediumLua({ server, httpPort = defaultPorts.http, append }: MediumServer): string {
  const words = [...serverWords({ httpPort }), ...commonWords(append)];
  if (append.length > longestAppend)
    throw new UserError(
      `--append has ${append.length} characters, and iPXE takes ${longestAppend}`,
      'Put settings of BOEL into local.cfg, which has no such limit.',
    );
  const fields = [
    ...(server === undefined ? [] : [`server = ${luaText(server)}`]),
    `port = ${httpPort}`,
    `append = ${luaText(ipxeWords(words))}`,
  ];
  return `-- How this medium was made. local.cfg beats it.\nreturn { ${fields.join(', ')} }\n`;
}
