import { isUtf8 } from 'node:buffer';
import type { State } from '../../common/model/state.ts';
import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { renewText } from './renewed.ts';

/** A file of the image that names devices by UUID, besides fstab, which is written from the layout. */
export type UuidUser = { path: AbsPath; text: string; mode: number; uid: number; gid: number };

const files: AbsPath[] = [
  '/etc/crypttab',
  '/etc/default/grub',
  '/etc/kernel/cmdline',
  '/etc/mdadm.conf',
  '/etc/mdadm/mdadm.conf',
  '/etc/uswsusp.conf',
  '/boot/extlinux/extlinux.conf',
];
const folders: [AbsPath, RegExp][] = [
  ['/etc/default/grub.d', /\.cfg$/],
  ['/etc/dracut.conf.d', /\.conf$/],
  ['/etc/grub.d', /./],
  ['/etc/initramfs-tools/conf.d', /./],
  ['/etc/systemd/system', /\.(mount|swap|automount)$/],
  ['/boot/grub', /^(\w+\.cfg|grubenv)$/],
  ['/boot/grub2', /^(\w+\.cfg|grubenv)$/],
  ['/boot/loader/entries', /\.conf$/],
];
/** Below a mounted EFI system partition: small configurations beside the loaders, and systemd-boot's entries. */
const espPattern = /\.(cfg|conf)$/;

/** Reads those that are in the tree below `root`. */
export async function probeUuidUsers(io: ReadIo, root: AbsPath, state: State): Promise<UuidUser[]> {
  if (Object.keys(state.renewed).length === 0) return [];
  const tree = inside(io, root);
  const within = async (folder: AbsPath, pattern: RegExp) =>
    ((await tree.list(folder)) ?? []).filter((name) => pattern.test(name)).map((name) => under(folder, name));
  const paths = [...files];
  for (const [folder, pattern] of folders) paths.push(...(await within(folder, pattern)));
  for (const { dir } of state.mounts.filter((mount) => mount.type === 'vfat' && mount.dir.startsWith('/'))) {
    paths.push(...(await within(absPath(`${dir}/loader/entries`), espPattern)));
    const vendors: AbsPath = `${absPath(dir)}/EFI`;
    for (const name of (await tree.list(vendors)) ?? [])
      paths.push(...(await within(under(vendors, name), espPattern)));
  }
  const found = new Map<AbsPath, UuidUser>();
  for (const path of paths) {
    // grubenv may be a link to the EFI system partition; each file once, and never a link replaced by a file.
    const real = await tree.real(path);
    const facts = await io.lstat(real);
    if (facts?.kind !== 'file') continue;
    const data = await io.read(real);
    if (!data || !isUtf8(data)) continue;
    const { mode, uid, gid } = facts;
    const text = data.toString();
    found.set(real, { path: absPath(real.slice(root === '/' ? 0 : root.length)), text, mode, uid, gid });
  }
  return [...found.values()];
}

/** Writes those anew that name a UUID which this machine has another one for. */
export function planUuidUsers(users: readonly UuidUser[], root: AbsPath, state: Pick<State, 'renewed'>): Step[] {
  return users.flatMap(({ path, text, mode, uid, gid }): Step[] => {
    const content = renewText(text, state.renewed);
    if (content === text) return [];
    const at = { root, path };
    return [{ why: `Give ${path} this machine’s own UUIDs`, kind: 'write', at, content, mode, owner: { uid, gid } }];
  });
}
