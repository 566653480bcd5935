import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Architecture } from '../../common/boot/architectures.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { BuildContext } from '../run.ts';
import { type FatWish, makeFat } from './fat.ts';
import { place, temporaryFolder } from './staging.ts';

/** The signed boot programs of UEFI: name in EFI/BOOT, and file below boot/ARCH/grub. grub looks for its menu beside the program. */
const uefiPrograms: Record<Architecture, Record<string, string>> = {
  amd64: {
    'BOOTX64.EFI': 'shim/shimx64.efi.signed',
    'grubx64.efi': 'x86_64-efi-signed/gcdx64.efi.signed',
    'mmx64.efi': 'shim/mmx64.efi.signed',
  },
  arm64: {
    'BOOTAA64.EFI': 'shim/shimaa64.efi.signed',
    'grubaa64.efi': 'arm64-efi-signed/gcdaa64.efi.signed',
    'mmaa64.efi': 'shim/mmaa64.efi.signed',
  },
};

/** The size of {@link makeEsp}'s partition in KiB. */
export const espKib = 8192;

/** What an EFI system partition is made from: grub's menu, and the medium's marker and id. */
export type EspWish = Pick<FatWish, 'file' | 'seconds' | 'partition'> & {
  arch: Architecture;
  boot: AbsPath;
  grub: string;
  marker: string;
  id: string;
};

/** Makes the EFI system partition of a medium: shim, grub and MokManager, which find kernel and initrd by the marker. */
export async function makeEsp(context: BuildContext, wish: EspWish): Promise<void> {
  const { arch, file, seconds, partition, boot, grub, marker, id } = wish;
  await using work = await temporaryFolder();
  await place(
    work.path,
    [
      ...Object.entries(uefiPrograms[arch]).map(([name, from]) => ({
        name: `EFI/BOOT/${name}`,
        from: under(boot, 'grub', from),
      })),
      { name: 'boot/grub/grub.cfg', content: grub },
      { name: 'EFI/BOOT/grub.cfg', content: grub },
      { name: 'boel.id', content: marker },
    ],
    seconds,
  );
  const files = [under(work.path, 'EFI'), under(work.path, 'boot'), under(work.path, 'boel.id')];
  const fat = { kib: espKib, label: 'BOEL-UEFI', serial: id.slice(0, 8), boots: false };
  await makeFat(context, { ...fat, file, seconds, partition, files });
}

/** A name for what the medium boots: 24 hexadecimal digits. */
export async function mediumId(boot: AbsPath, words: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(words.join('\n'));
  for (const name of ['kernel', 'initrd.img'])
    for await (const piece of createReadStream(under(boot, name))) hash.update(piece as Buffer);
  return hash.digest('hex').slice(0, 24);
}

/** A GUID of version 4 in form, made from the medium's name. */
export const guidOf = (id: string) =>
  `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(12, 15)}-8${id.slice(15, 18)}-${id.slice(18, 24)}${id.slice(0, 6)}`;
