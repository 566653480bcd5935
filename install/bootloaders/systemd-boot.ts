import type { Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import { type Inside, inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { espDirs, espParts } from './boot-place.ts';
import type { Bootloader } from './bootloader.ts';
import { type EfiFacts, efiNeeds, planEfiEntries, probeEfiMenu } from './efi-entries.ts';
import { grubNames, startsByGrub } from '../boot-files/grub-names.ts';
import { loaderDirs, loaderEntries } from '../boot-files/loader-entries.ts';
import { efiSuffix, removableName, type GrubPlatform, platformOf } from './platforms.ts';

export type SystemdBootFacts = {
  platform: GrubPlatform;
  /** The loader for this machine. */
  loader: AbsPath | undefined;
  /** Entries whose kernel exists, and unified kernel images. */
  starts: AbsPath[];
  /** The removable path holds a shim, which starts systemd-boot by a list of its own (Debian 13): the shim stays. */
  hasShim: boolean;
  efi: EfiFacts | undefined;
};

/** Where bootctl(1) takes the loader from, signed or not. */
const packaged = '/usr/lib/systemd/boot/efi';

/** The loaders of any platform at the paths of bootctl(1), whether the EFI system partition is mounted or not. */
export async function systemdBootFiles(tree: Inside, target: Pick<Target, 'mounts'>): Promise<AbsPath[]> {
  const found: AbsPath[] = [];
  for (const dir of new Set<AbsPath>([...loaderDirs(target), '/efi', '/boot/efi']))
    for (const name of (await tree.list(under(dir, 'EFI/systemd'))) ?? [])
      if (/^systemd-boot\w+\.efi$/i.test(name)) found.push(under(dir, 'EFI/systemd', name));
  return found;
}

async function startsByShim(tree: Inside, dirs: readonly AbsPath[]): Promise<boolean> {
  for (const dir of dirs) {
    const efi = under(dir, 'EFI');
    const names = (await tree.list(under(efi, 'BOOT'))) ?? [];
    const first = names.find((name) => /^boot(x64|aa64|ia32)\.efi$/i.test(name));
    const bytes = first && (await tree.read(under(efi, 'BOOT', first)));
    if (!bytes) continue;
    for (const vendor of (await tree.list(efi)) ?? [])
      for (const name of (await tree.list(under(efi, vendor))) ?? [])
        if (/^shim\w*\.efi$/i.test(name) && (await tree.read(under(efi, vendor, name)))?.equals(bytes)) return true;
  }
  return false;
}

/** systemd-boot: the image's own loader, at the paths of the EFI system partition where bootctl(1) would put it. */
export const systemdBoot: Bootloader<SystemdBootFacts> = {
  name: 'systemd-boot',
  needs: efiNeeds,

  async probe(io, root, target) {
    const tree = inside(io, root);
    const dirs = loaderDirs(target);
    const found = await systemdBootFiles(tree, target);
    if (found.length === 0 || (await startsByGrub(tree))) return undefined;
    // On a BIOS, grub starts such an image.
    if (target.firmware === 'bios' && (await grubNames(tree))) return undefined;
    const platform = await platformOf(io, target.firmware);
    const name = `systemd-boot${efiSuffix[platform]}.efi`;
    const entries = (await loaderEntries(tree, target)).filter(({ linux }) => linux !== undefined);
    const images: AbsPath[] = [];
    for (const dir of dirs)
      for (const file of (await tree.list(under(dir, 'EFI/Linux'))) ?? [])
        if (/\.efi$/i.test(file)) images.push(under(dir, 'EFI/Linux', file));
    return {
      platform,
      loader:
        found.find((path) => path.toLowerCase().endsWith(`/${name}`)) ??
        (await tree.firstOf([`${packaged}/${name}.signed`, `${packaged}/${name}`])),
      starts: [...entries.map(({ path }) => path), ...images],
      hasShim: await startsByShim(tree, dirs),
      efi: target.firmware === 'uefi' ? await probeEfiMenu(io) : undefined,
    };
  },

  plan({ platform, loader, starts, hasShim, efi }, root, target) {
    if (target.firmware === 'bios')
      throw new UserError(
        'the image starts by systemd-boot, which needs UEFI, and this machine starts by BIOS',
        'Switch the firmware of this machine to UEFI, or install grub on the golden client and capture the image again.',
      );
    if (loader === undefined)
      throw new UserError(
        `the image has no systemd-boot for ${platform}`,
        'Run `bootctl install` on a golden client of that kind.',
      );
    if (starts.length === 0)
      throw new UserError(
        'the image has systemd-boot and neither an entry in loader/entries whose kernel is there nor a kernel in EFI/Linux',
        'Run `kernel-install add` on the golden client, and capture the image again; its EFI system partition comes with it.',
      );
    const [esp] = espDirs(target);
    const own = `EFI/systemd/systemd-boot${efiSuffix[platform]}.efi`;
    const copy = (to: AbsPath): Step[] =>
      to === loader
        ? []
        : [
            { why: `Make ${under(to, '..')}`, kind: 'mkdir', at: { root, path: under(to, '..') } },
            { why: `Copy systemd-boot to ${to}`, kind: 'copy', from: { root, path: loader }, to: { root, path: to } },
          ];
    const esps = espParts(target).slice(0, 1);
    return [
      ...copy(under(esp, own)),
      ...(hasShim ? [] : copy(under(esp, 'EFI/BOOT', removableName(platform)))),
      ...(efi && !hasShim ? planEfiEntries(efi, { label: 'Linux Boot Manager', file: own, esps }) : []),
    ];
  },
};
