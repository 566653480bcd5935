import type { Target } from '../../common/model/target.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { chrootEnv, chrootLimitMs } from '../chroot/in-chroot.ts';
import { biosDisks, espDirs, espParts } from './boot-place.ts';
import { planEfiEntries } from './efi-entries.ts';
import type { GrubFacts } from './grub-facts.ts';
import { efiSuffix, removableName } from './platforms.ts';
import { copyVendor, firstLoader, leadTo } from './vendor-efi.ts';

/** grub in front of the first partition, on each disk that the BIOS may start from. */
export function planBios({ names }: GrubFacts, root: AbsPath, target: Target, directory: string[]): Step[] {
  return biosDisks(target, names.folder).map((disk) => ({
    why: `Put grub on ${disk.node}`,
    kind: 'run',
    argv: [names.install, '--target=i386-pc', ...directory, disk.node],
    chroot: root,
    env: chrootEnv,
    limitMs: chrootLimitMs,
    writes: [{ root, path: names.folder }],
  }));
}

/** Puts the loader in the distribution's own folder into the firmware's menu: updates of the distribution renew this loader. */
export function planEntries({ efi, vendor, copied, platform, hasShim }: GrubFacts, target: Target): Step[] {
  if (!efi) return [];
  const suffix = efiSuffix[platform];
  const file = copied ? firstLoader(copied.files) : `${hasShim ? 'shim' : 'grub'}${suffix}.efi`;
  return planEfiEntries(efi, { label: vendor, file: `EFI/${vendor}/${file}`, esps: espParts(target) });
}

/** grub on each EFI system partition, at the removable path and in grub's own folder; or the vendor's signed loader. */
export function planUefi(facts: GrubFacts, root: AbsPath, target: Target, directory: string[]): Step[] {
  const esps = espDirs(target);
  const { names, platform, vendor, copied } = facts;
  if (copied) {
    const lead = copied.isWhole ? undefined : leadTo(names.folder, copied.config, target);
    const path = under(esps[0], 'EFI', copied.vendor, 'grub.cfg');
    const why = `Let ${path} lead to ${names.folder}`;
    return [
      ...(lead === undefined ? [] : [{ why, kind: 'write' as const, at: { root, path }, content: lead, mode: 0o700 }]),
      ...copyVendor(copied, removableName(platform), lead, root, esps),
    ];
  }
  // A patch of Red Hat's makes grub2-install refuse UEFI without --force.
  const force = names.refusesUefi ? ['--force'] : [];
  const install = (esp: AbsPath, why: string, more: string[]): Step => ({
    why,
    kind: 'run',
    argv: [
      names.install,
      `--target=${platform}`,
      `--efi-directory=${esp}`,
      '--no-nvram',
      ...force,
      ...directory,
      ...more,
    ],
    chroot: root,
    env: chrootEnv,
    limitMs: chrootLimitMs,
    writes: [
      { root, path: names.folder },
      { root, path: under(esp, 'EFI') },
    ],
  });
  return esps.flatMap((esp) => [
    install(esp, `Put grub on ${esp} where every UEFI looks`, ['--removable']),
    install(esp, 'Put grub under its own name as well', [`--bootloader-id=${vendor}`]),
  ]);
}
