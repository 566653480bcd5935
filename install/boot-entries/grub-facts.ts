import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { type DeviceBelow, probeBelow, volumeBelow } from '../../machine/block-tree.ts';
import { grubNames } from '../boot-files/grub-names.ts';
import type { Clears } from './boot-entry.ts';
import { bootFolder } from './edit-text.ts';
import { envWithout } from './grub-env.ts';
import { modulesFor } from './grub-lines.ts';
import { mountAt, pathWithin, type RunningBoot } from './running-boot.ts';

export type GrubEntryFacts = {
  /** The file that gets the entry, and what is in it: custom.cfg if grub.cfg reads that file, else grub.cfg itself. */
  at: AbsPath;
  text: string | undefined;
  mode: number;
  isOwnFile: boolean;
  /** grub-script-check(1). */
  checker: string | undefined;
  editenv: string;
  env: {
    at: AbsPath;
    isThere: boolean;
    nextEntry: string | undefined;
    whyReadOnly: string | undefined;
    clears: Clears;
  };
  /** The filesystem with /boot, as grub finds it. */
  uuid: string;
  modules: string[];
  /** A path of the machine as grub reads it. */
  within: (path: AbsPath) => AbsPath;
  /** The words for a kernel and its initrd: `linuxefi` in the grub of Red Hat 7 on UEFI. */
  suffix: '' | 'efi';
};

const programFolders: AbsPath[] = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** grub writes its variables into these filesystems, on a plain partition: 00_header of GRUB 2, check_writable. */
const writable = /^(ext[234]|vfat|msdos|xfs)$/;

/** Why grub cannot write to grubenv; undefined if it can. `envBlock`: SUSE keeps the variables apart from the filesystem. */
export function whyReadOnly(type: string, below: readonly DeviceBelow[], envBlock: boolean): string | undefined {
  if (envBlock) return undefined;
  if (!writable.test(type)) return `grub cannot write to ${type}`;
  const volume = volumeBelow(below);
  return volume && `grub cannot write to ${volume.node}, which is no plain partition (${volume.kind})`;
}

/** grub.cfg as grub reads it: on the EFI system partition only where the whole menu lies there (Red Hat 7 and 8). */
async function configOf(
  io: ReadIo,
  { esp, menu }: RunningBoot,
  folder: AbsPath,
): Promise<{ at: AbsPath; text: string } | undefined> {
  const places: AbsPath[] = [under(folder, 'grub.cfg')];
  const vendor = /\\EFI\\([^\\]+)\\/i.exec(
    menu?.entries.find(({ number }) => number === menu.current)?.path ?? '',
  )?.[1];
  if (esp && vendor) places.unshift(under(esp.dir, 'EFI', vendor, 'grub.cfg'));
  for (const at of places) {
    const text = await io.readText(at);
    if (text !== undefined && /^[ \t]*(menuentry|blscfg)\b/m.test(text)) return { at, text };
  }
  return undefined;
}

/** Facts for an entry of grub 2; undefined without grub, a sentence if something stands in the way. */
export async function probeGrubEntry(io: ReadIo, machine: RunningBoot): Promise<GrubEntryFacts | string | undefined> {
  const tree = inside(io, '/');
  const names = await grubNames(tree);
  if (!names) return undefined;
  const config = await configOf(io, machine, names.folder);
  if (!config) return `${names.folder}/grub.cfg is missing, or has no menu`;
  const program = (name: string) => tree.firstOf(programFolders.map((folder) => under(folder, name)));
  const prefix = names.install.replace(/-install$/, '');
  const editenv = await program(`${prefix}-editenv`);
  if (editenv === undefined) return `${prefix}-editenv is missing: install the package of grub’s programs`;
  const boot = mountAt(machine.mounts, bootFolder);
  const below = await probeBelow(io, boot.source);
  const uuid = below[0]?.uuid ?? '';
  if (uuid === '') return `the filesystem of ${bootFolder} (${boot.source}) has no UUID by which grub finds it`;
  const env = await tree.real(under(names.folder, 'grubenv'));
  const envMount = mountAt(machine.mounts, env);
  const envBelow = envMount.source === boot.source ? below : await probeBelow(io, envMount.source);
  const isThere = (await io.lstat(env)) !== undefined;
  const listed = isThere ? (await io.run({ argv: [editenv, env, 'list'] })).stdout : '';
  const envText = isThere ? ((await io.readText(env)) ?? '') : '';
  const readsCustom = config.text.split('\n').some((line) => !/^\s*#/.test(line) && line.includes('custom.cfg'));
  const at = readsCustom ? under(config.at, '..', 'custom.cfg') : config.at;
  // SUSE: paths begin at the default subvolume.
  const isRelative = /btrfs_relative_path="?y/.test(config.text);
  return {
    at,
    text: readsCustom ? await io.readText(at) : config.text,
    mode: (await io.stat(at))?.mode ?? 0o600,
    isOwnFile: readsCustom,
    checker: await program(`${prefix}-script-check`),
    editenv,
    env: {
      at: env,
      isThere,
      nextEntry: /^next_entry=(.*)$/m.exec(listed)?.[1],
      whyReadOnly: whyReadOnly(envMount.type, envBelow, /^env_block=/m.test(envText)),
      clears: {
        uuid: envBelow[0]?.uuid ?? '',
        type: envMount.type,
        path: pathWithin(envMount, env),
        content: envWithout(isThere ? envText : undefined, 'next_entry'),
      },
    },
    uuid,
    modules: modulesFor(boot.type, below),
    within: (path) => pathWithin(isRelative ? { ...boot, root: '/' } : boot, path),
    suffix: /^[ \t]*linuxefi\b/m.test(config.text) ? 'efi' : '',
  };
}
