import { type Architecture, architectures } from '../../common/boot/architectures.ts';
import { type IpxeFile, signedFiles } from '../../common/boot/firmware-files.ts';
import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ServerPaths } from '../config/paths.ts';

/**
 * The architectures whose UEFI machines boot by shim and grub in place of iPXE: all with Secure Boot; without, arm64 if the server has
 * no iPXE for arm64, as on Debian 12. None beside another DHCP server, where grub would look for its files.
 */
export function bootsByGrub(secureBoot: boolean, ipxe: readonly IpxeFile[], isProxy: boolean): readonly Architecture[] {
  if (isProxy) return [];
  if (secureBoot) return architectures;
  return ipxe.includes('ipxe-arm64.efi') ? [] : ['arm64'];
}

/** The real folders of boot/ARCH with the signed files; UserError if an architecture that is built lacks them. */
export async function signedFolders(
  io: Io,
  { boot }: Pick<ServerPaths, 'boot'>,
  wanted: readonly Architecture[],
): Promise<AbsPath[]> {
  const folders: AbsPath[] = [];
  for (const arch of wanted) {
    const folder = await inside(io, '/').real(under(boot, arch));
    if ((await io.lstat(under(folder, 'kernel'))) === undefined) continue;
    for (const { from } of Object.values(signedFiles).filter((one) => one.arch === arch))
      if ((await io.lstat(under(folder, 'grub', from))) === undefined)
        throw new UserError(
          `UEFI machines boot by shim and grub, and ${under(boot, arch, 'grub', from)} is missing`,
          `Run: systemimager build boot --arch ${arch}`,
        );
    folders.push(folder);
  }
  return folders;
}

/** Offers the files of `build boot` by TFTP: links, so that the next build is offered too. */
export function planSignedFiles({ tftp, boot }: Pick<ServerPaths, 'tftp' | 'boot'>): Step[] {
  const link = (name: string, target: AbsPath): Step => {
    return { why: `Offer ${name} by TFTP`, kind: 'symlink', at: here(under(tftp, name)), target };
  };
  return [
    link('boot', boot),
    ...Object.entries(signedFiles).map(([name, { arch, from }]) => link(name, under(boot, arch, 'grub', from))),
  ];
}
