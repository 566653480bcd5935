import { goldenUuids } from './golden.ts';
import { rootLine, rootMount } from './layouts.ts';

/** What a master script of a test says; the layout is its own text. */
export type ScriptWish = {
  image: string;
  layout: string;
  ip?: 'dhcp' | 'static' | 'replicant';
  /** Shell lines before `boel finish`. */
  extra?: string;
  /** Tells `layout` the image, so that it asks whether it fits (the default). */
  isChecked?: boolean;
  afterwards?: 'reboot' | 'poweroff' | 'shell';
};

/** What the console shows before each path that a verb says it writes. */
export const writesMark = 'writes: ';

/** The script, where each verb that changes the installed tree first prints what it writes. */
export const tellingWrites = (script: string): string =>
  script.replaceAll(
    /^boel (?:overrides|fstab|host|boot|finish)\b[^#\n]*/gm,
    (verb) => `${verb.trimEnd()} --list-writes | sed 's/^/${writesMark}/'\n${verb}`,
  );

/** A master script as getimage writes it, that tells what it writes. */
export function masterScript({
  image,
  layout,
  ip = 'dhcp',
  extra = '',
  afterwards = 'poweroff',
  isChecked = true,
}: ScriptWish): string {
  return tellingWrites(`#!/bin/sh
# ${image}.master
set -e
boel layout${isChecked ? ` --image ${image}` : ''} <<'LAYOUT'
${layout.trim()}
LAYOUT
boel partition
boel mkfs
boel mount
boel image ${image}
boel overrides
boel fstab
boel host --ip ${ip}
boel boot
${extra}boel finish ${afterwards}
`);
}

/** Layouts that rows use. The image takes about 360 MB. */
export const layouts = {
  /** One ext4 filesystem on a GPT disk that BIOS can boot. */
  oneExt4: `
[disk /dev/sda]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : min=500MiB, type=linux
[filesystems]
${rootLine('/dev/sda2')}
[mounts]
${rootMount()}
`,
  /** For both firmwares, with swap, as the golden client is. */
  golden: `
[disk /dev/sda]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : size=64MiB, type=uefi
3 : min=500MiB, type=linux, name=root
4 : size=128MiB, min=0, type=swap
[filesystems]
/dev/sda2 vfat label=EFI uuid=${goldenUuids.efi}
${rootLine('/dev/sda3')}
/dev/sda4 swap uuid=${goldenUuids.swap}
[mounts]
${rootMount()}
UUID=${goldenUuids.efi} /boot/efi vfat umask=0077 0 1
UUID=${goldenUuids.swap} none swap sw 0 0
`,
} as const;
