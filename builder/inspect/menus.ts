import { textIn, type Volume } from './volume.ts';

/** What a boot program of a medium does where nobody presses a key. */
export type Start = {
  /** Whose program: `BIOS (ISOLINUX)`, `UEFI (grub)`. */
  by: string;
  /** The label that starts without a key, and all labels. */
  label: string;
  labels: string[];
  /** A sentence without its subject, as `installs this machine`. */
  does: string;
  /** The words for the kernel of BOEL, if this program starts it. */
  commandLine?: string;
  /** The image server that the boot program itself asks, with its port. */
  asks?: string;
};

type Label = { name: string; linux?: string; append: string };

/** The labels of a SYSLINUX configuration with its included files (SYSLINUX 6, doc/syslinux.txt). */
async function readSyslinux(volume: Volume, file: string, depth = 0): Promise<{ default?: string; labels: Label[] }> {
  const found: { default?: string; labels: Label[] } = { labels: [] };
  for (const line of ((await textIn(volume, file)) ?? '').split('\n')) {
    const [, word = '', rest = ''] = /^(\w+)[ \t]+(\S.*)$/.exec(line.trim()) ?? [];
    const last = found.labels.at(-1);
    switch (word.toUpperCase()) {
      case 'INCLUDE': {
        const inner = depth < 8 ? await readSyslinux(volume, rest, depth + 1) : { labels: [] };
        found.default ??= inner.default;
        found.labels.push(...inner.labels);
        break;
      }
      case 'DEFAULT':
        found.default = rest;
        break;
      case 'LABEL':
        found.labels.push({ name: rest, append: '' });
        break;
      case 'LINUX':
      case 'KERNEL':
      case 'COM32':
        if (last) last.linux = rest;
        break;
      case 'APPEND':
        if (last) last.append = rest;
        break;
    }
  }
  return found;
}

/** What a label of ours does, whichever program starts it. */
const deeds: Record<string, string> = {
  install: 'installs the machine, and asks nobody',
  rescue: 'opens a shell of BOEL, and installs nothing',
  local: 'starts the system on the disk of the machine',
};
const asksServer = (server: string | undefined) =>
  `asks the image server ${server ?? 'that DHCP names'} what the machine shall do`;

/** What a BIOS starts from the medium; undefined if SYSLINUX is not there. */
export async function biosStart(volume: Volume): Promise<Start | undefined> {
  const programs = { 'isolinux.bin': 'ISOLINUX', 'pxelinux.0': 'PXELINUX', 'ldlinux.sys': 'SYSLINUX' };
  const [, program] = Object.entries(programs).find(([name]) => volume.files.has(name)) ?? [];
  if (!program || !volume.files.has('syslinux.cfg')) return undefined;
  const menu = await readSyslinux(volume, 'syslinux.cfg');
  const start = menu.labels.find(({ name }) => name === menu.default);
  const medium = (await textIn(volume, 'medium.lua')) ?? '';
  const field = (name: string) => new RegExp(`\\b${name} = (?:"((?:[^"\\\\]|\\\\.)*)"|(\\d+))`).exec(medium);
  const [server, port, append] = ['server', 'port', 'append'].map((name) => {
    const [, text, number] = field(name) ?? [];
    return text?.replaceAll(/\\(.)/g, '$1') ?? number;
  });
  const common = {
    by: `BIOS (${program})`,
    label: menu.default ?? 'none',
    labels: menu.labels.map(({ name }) => name).filter((name) => name !== 'ipxe'),
  };
  const asks = server === undefined ? undefined : `${server}${port === undefined ? '' : `:${port}`}`;
  if (start?.linux === 'lua.c32' && start.append === 'net.lua')
    return { ...common, does: asksServer(asks), commandLine: append, asks };
  return {
    ...common,
    does: deeds[menu.default ?? ''] ?? 'starts a label that is not ours',
    commandLine: start?.append,
  };
}

/** What grub starts from its configuration in `file`; undefined if there is no such file. */
export async function grubStart(volume: Volume, file: string): Promise<Start | undefined> {
  const text = await textIn(volume, file);
  if (text === undefined) return undefined;
  const entries = [...text.matchAll(/^menuentry [^\n]*--id (\S+) \{\n\s*linux \S+ ([^\n]*)\n/gm)];
  const label = /^set default=(\S+)$/m.exec(text)?.[1];
  const common = {
    by: 'UEFI (shim and grub)',
    labels: [...text.matchAll(/^menuentry [^\n]*--id (\S+)/gm)].map(([, id = '']) => id),
  };
  const chosen = entries.find(([, id]) => id === label);
  if (label !== undefined)
    return {
      ...common,
      label,
      does: deeds[label] ?? 'starts an entry that is not ours',
      commandLine: unquoted(chosen?.[2]),
    };
  const words = /^[ \t]*if linux "?\/boot\/\$arch\/kernel"? ([^\n;]*); then$/m.exec(text)?.[1];
  const name = words === undefined ? 'local' : 'install';
  return { ...common, label: name, does: deeds[name] ?? '', commandLine: unquoted(words) };
}

/** grub's words are quoted as those of sh(1). */
const unquoted = (words: string | undefined) => words?.replaceAll(/'((?:[^'])*)'/g, '$1');

/** What iPXE does by boot.ipxe of a folder for TFTP and HTTP. */
export async function ipxeStart(volume: Volume): Promise<Start | undefined> {
  const text = await textIn(volume, 'boot.ipxe');
  if (text === undefined) return undefined;
  const asks = /^chain .*http:\/\/([^/\s]+)\//m.exec(text)?.[1];
  const commandLine = /^kernel \S+ (.*)$/m.exec(text)?.[1];
  const label = asks === undefined ? 'install' : 'net';
  return {
    by: 'iPXE',
    label,
    labels: [label],
    does: asks ? asksServer(asks) : (deeds.install ?? ''),
    commandLine,
    asks,
  };
}
