import { fitsType, mountedLines } from '../../common/model/layout/mount-spec.ts';
import type { Target } from '../../common/model/target.ts';
import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** A file of the image that decides what the machine starts from: it names devices by UUID, kernels, or the machine-id. */
export type BootText = { path: AbsPath; text: string; mode: number; uid: number; gid: number };

const files: AbsPath[] = [
  '/etc/crypttab',
  '/etc/default/extlinux',
  '/etc/default/grub',
  '/etc/dracut.conf',
  '/etc/initramfs-tools/initramfs.conf',
  '/etc/kernel/cmdline',
  '/etc/kernel/entry-token',
  '/etc/machine-info',
  '/etc/mdadm.conf',
  '/etc/mdadm/mdadm.conf',
  '/etc/update-extlinux.conf',
  '/etc/uswsusp.conf',
  '/boot/extlinux.conf',
  '/boot/syslinux.cfg',
];
const folders: [AbsPath, RegExp][] = [
  ['/etc/cmdline.d', /\.conf$/],
  ['/etc/default/grub.d', /\.cfg$/],
  ['/etc/dracut.conf.d', /\.conf$/],
  ['/etc/grub.d', /./],
  ['/etc/initramfs-tools/conf.d', /./],
  ['/etc/systemd/system', /\.(mount|swap|automount)$/],
  ['/boot/extlinux', /\.(cfg|conf)$/],
  ['/boot/syslinux', /\.(cfg|conf)$/],
  ['/boot/grub', /^(\w+\.cfg|grubenv)$/],
  ['/boot/grub2', /^(\w+\.cfg|grubenv)$/],
  ['/boot/loader', /\.conf$/],
  ['/boot/loader/entries', /\.conf$/],
];
/** Below a mounted EFI system partition: small configurations beside the loaders, and systemd-boot's entries. */
const espPattern = /\.(cfg|conf)$|^grubenv$/;

/** Reads the boot texts in the tree below `root`. */
export async function probeBootTexts(io: ReadIo, root: AbsPath, target: Pick<Target, 'mounts'>): Promise<BootText[]> {
  const tree = inside(io, root);
  const within = async (folder: AbsPath, pattern: RegExp) =>
    ((await tree.list(folder)) ?? []).filter((name) => pattern.test(name)).map((name) => under(folder, name));
  const paths = [...files];
  for (const [folder, pattern] of folders) paths.push(...(await within(folder, pattern)));
  for (const { dir } of mountedLines(target.mounts).filter(({ type }) => fitsType(type, 'vfat'))) {
    paths.push(...(await within(absPath(`${dir}/loader`), espPattern)));
    paths.push(...(await within(absPath(`${dir}/loader/entries`), espPattern)));
    const vendors: AbsPath = `${absPath(dir)}/EFI`;
    for (const name of (await tree.list(vendors)) ?? [])
      paths.push(...(await within(under(vendors, name), espPattern)));
  }
  const found = new Map<AbsPath, BootText>();
  for (const path of paths) {
    // grubenv may be a link to the EFI system partition: by its real path, the file counts once, and the link stays.
    const real = await tree.real(path);
    const facts = await io.lstat(real);
    if (facts?.kind !== 'file') continue;
    const text = await io.readText(real);
    if (text === undefined) continue;
    const { mode, uid, gid } = facts;
    found.set(real, { path: absPath(real.slice(root === '/' ? 0 : root.length)), text, mode, uid, gid });
  }
  return [...found.values()];
}

/** Writes a text in the place of an old one; `why` ends a sentence that begins with the path. */
export function writeText({ path, mode, uid, gid }: BootText, root: AbsPath, why: string, content: string): Step {
  return { why: `Give ${path} ${why}`, kind: 'write', at: { root, path }, content, mode, owner: { uid, gid } };
}

/** Writes the texts that `change` changes. */
export function changeTexts(
  texts: readonly BootText[],
  root: AbsPath,
  why: string,
  change: (one: BootText) => string,
): Step[] {
  return texts.flatMap((one) => {
    const content = change(one);
    return content === one.text ? [] : writeText(one, root, why, content);
  });
}
