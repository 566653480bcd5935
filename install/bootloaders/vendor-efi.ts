import type { Target } from '../../common/model/target.ts';
import type { Inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { mountOf, uuidOf } from '../target/places.ts';

/** Signed loaders that the image brought onto its EFI system partition, below EFI/VENDOR. */
export type VendorEfi = {
  vendor: string;
  files: string[];
  hasShim: boolean;
  /** The grub.cfg beside the loaders: a few lines that lead to the grub.cfg in /boot, or the whole menu (Red Hat 7 and 8). */
  config: string | undefined;
  isWhole: boolean;
};

/** Finds the signed loaders; of several vendors, the distribution's own comes first. */
export async function probeVendorEfi(tree: Inside, esp: AbsPath, distribution: string): Promise<VendorEfi | undefined> {
  const isOwn = (vendor: string) => distribution.startsWith(vendor.toLowerCase());
  const vendors = ((await tree.list(under(esp, 'EFI'))) ?? []).filter((name) => name.toUpperCase() !== 'BOOT');
  for (const vendor of vendors.toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)))) {
    const all = (await tree.list(under(esp, 'EFI', vendor))) ?? [];
    const files = all.filter((name) => /^((shim|grub|mm)\w*|MokManager)\.efi$/i.test(name));
    if (!files.some((name) => /^grub/i.test(name))) continue;
    const config = await tree.readText(under(esp, 'EFI', vendor, 'grub.cfg'));
    return { vendor, files, hasShim: files.some((name) => isShim.test(name)), config, isWhole: isWhole(config ?? '') };
  }
  return undefined;
}

const isShim = /^shim(x64|aa64|ia32)?\.efi$/i;

/** The signed loader that the firmware starts. */
export const firstLoader = (files: readonly string[]) =>
  files.find((name) => isShim.test(name)) ?? files.find((name) => /^grub/i.test(name));

const isWhole = (text: string) => /^[ \t]*(menuentry|blscfg)\b/m.test(text);

/**
 * Copies shim to the removable path, and the loaders that shim starts beside it; further ESPs get the vendor's folder, too.
 * `lead` is the grub.cfg that leads to the grub.cfg in /boot; undefined if the vendor's grub.cfg is the whole menu.
 */
export function copyVendor(
  { vendor, files }: VendorEfi,
  boot: string,
  lead: string | undefined,
  root: AbsPath,
  esps: readonly [AbsPath, ...AbsPath[]],
): Step[] {
  const [from] = esps;
  const copies = (names: string[], folder: AbsPath, nameOf: (name: string) => string): Step[] => [
    { why: `Make ${folder}`, kind: 'mkdir', at: { root, path: folder } },
    ...names.map(
      (name): Step => ({
        why: `Copy ${vendor}’s ${name} to ${folder}`,
        kind: 'copy',
        from: { root, path: under(from, 'EFI', vendor, name) },
        to: { root, path: under(folder, nameOf(name)) },
      }),
    ),
  ];
  const first = firstLoader(files);
  const removable = (name: string) => (name === first ? boot : name);
  return esps.flatMap((esp) => [
    ...(esp === from ? [] : copies([...files, 'grub.cfg'], under(esp, 'EFI', vendor), (name) => name)),
    // Red Hat's grub looks for grub.cfg in the vendor's folder, SUSE's grub in the folder of the loader.
    ...copies([...files, ...(lead === undefined ? [] : ['grub.cfg'])], under(esp, 'EFI', 'BOOT'), removable),
  ]);
}

/** The few lines from an EFI system partition to the grub.cfg in `folder`, as Red Hat's packages have them. */
export function leadTo(folder: AbsPath, old: string | undefined, target: Target): string | undefined {
  const uuid = uuidOf(target, folder);
  if (uuid === undefined) return old;
  if (old !== undefined && /\b(configfile|source)\b/.test(old)) {
    const named = /(--fs-uuid\s(?:(?!--fs-uuid).)*?)\b[0-9a-f]{4,8}-[0-9a-f-]{4,27}\b/gi;
    return old.toLowerCase().includes(uuid.toLowerCase()) ? old : old.replace(named, `$1${uuid}`);
  }
  const mount = mountOf(target, folder);
  const subvolume = /(?:^|,)subvol=\/*([^,]+)/.exec(mount?.options ?? '')?.[1];
  const below = mount?.dir === '/' ? folder : folder.slice(mount?.dir.length);
  const prefix = `${subvolume ? `/${subvolume}` : ''}${below}`;
  return [
    `search --no-floppy --fs-uuid --set=dev ${uuid}`,
    `set prefix=($dev)${prefix}`,
    'export $prefix',
    'configfile $prefix/grub.cfg',
    '',
  ].join('\n');
}
