import type { AbsPath } from '../../common/system/place.ts';
import { grubWord } from '../../common/templates/languages.ts';
import type { DeviceBelow } from '../../machine/block-tree.ts';
import { type BootEntry, entryName, entryTitle, type Lasts } from './boot-entry.ts';

/** grub's modules by filesystem; others have the filesystem's own name. */
const filesystemModules: Record<string, string> = {
  ext2: 'ext2',
  ext3: 'ext2',
  ext4: 'ext2',
  vfat: 'fat',
  msdos: 'fat',
};

/** The module that a table of partitions does not need. */
const others: Record<string, string> = { gpt: 'part_msdos', dos: 'part_gpt' };

/** The modules that grub needs to find a filesystem: its type, and what it stands on, as grub-mkconfig writes them. */
export function modulesFor(type: string, below: readonly DeviceBelow[]): string[] {
  // Without udev, lsblk does not tell the kind of the table.
  const tables = ['part_gpt', 'part_msdos'].filter((name) => !below.some(({ table }) => others[table] === name));
  const kinds = below.flatMap(({ kind }) => {
    if (kind === 'lvm') return 'lvm';
    if (kind === 'crypt') return ['cryptodisk', 'luks'];
    return /^raid|^md/.test(kind) ? ['diskfilter', 'mdraid1x'] : [];
  });
  return [...new Set([...tables, ...kinds, filesystemModules[type] ?? type])];
}

type Wish = { uuid: string; modules: readonly string[]; suffix: '' | 'efi'; within: (path: AbsPath) => AbsPath };

/**
 * The entry, and the lines that choose it. `next_entry` is read and cleared by the grub.cfg that grub-mkconfig writes; a grub.cfg that
 * somebody has written by hand may know nothing of it, so these lines do the same once more. Without a limit of time, a menu
 * that waits for a person would wait for ever. If the entry cannot be started, grub goes on with the first entry of the menu.
 */
export function grubLines(
  { uuid, modules, suffix, within }: Wish,
  { kernel, initrds, words }: BootEntry,
  lasts: Lasts,
): string[] {
  return [
    '# updateclient -autoinstall has written this; updateclient -autoinstall --undo takes it away.',
    `menuentry '${entryTitle}' --id ${entryName} --unrestricted {`,
    ...modules.map((name) => `\tinsmod ${name}`),
    `\tsearch --no-floppy --fs-uuid --set=root ${uuid}`,
    `\tlinux${suffix} ${[within(kernel), ...words].map(grubWord).join(' ')}`,
    `\tinitrd${suffix} ${initrds.map((one) => grubWord(within(one))).join(' ')}`,
    '}',
    ...(lasts === 'default'
      ? [`if [ -z "\${boot_once}" ]; then`, `\tset default=${entryName}`, 'fi']
      : [
          `if [ -z "\${boot_once}" -a -s $prefix/grubenv ]; then`,
          '\tload_env',
          `\tif [ "\${next_entry}" = ${entryName} ]; then`,
          `\t\tset default=${entryName}`,
          '\t\tset next_entry=',
          '\t\tsave_env next_entry',
          '\t\tset boot_once=true',
          '\tfi',
          'fi',
        ]),
    `if [ "\${default}" = ${entryName} ]; then`,
    '\tset timeout=5',
    '\tset timeout_style=menu',
    '\tset fallback=0',
    'fi',
  ];
}
