import { copyFile, cp, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Architecture } from '../../common/boot/architectures.ts';
import { imagesMode } from '../../server/config/paths.ts';
import { printHosts, type KnownHost } from '../../server/config/hosts-json.ts';
import { run } from '../boot/harness/processes.ts';
import { boel } from './boel.ts';

/** An image server to make. */
export type ServerWish = {
  /** Of the machines; amd64 by default. */
  arch?: Architecture;
  /** Image name → tree to serve. */
  images: Record<string, string>;
  /** File below scripts/ → text; `web1.sh` may be `{ linkTo: 'web_v1.master' }`. */
  scripts: Record<string, string | { linkTo: string }>;
  /** Lines of scripts/hosts. */
  hosts?: string;
  /** What DHCP knows of each machine. */
  machines?: KnownHost[];
  toml?: string;
  /** groups.toml. */
  groups?: string;
  /** Its images share no files with the trees: tar, which packs images, takes a new hard link elsewhere for a change of the file. */
  isApart?: boolean;
};

/** Hard links, which are quick; a copy where the tree lies on another filesystem, or if the copy shall be apart. */
async function join(from: string, to: string, isApart: boolean): Promise<void> {
  const limitMs = 300_000;
  if (!isApart && (await stat(from)).dev === (await stat(path.dirname(to))).dev)
    await run(['cp', '-al', from, to], { limitMs });
  else await run(['rsync', '-aHAXS', '--numeric-ids', `${from}/`, `${to}/`], { limitMs });
}

/** Makes the root of an image server. Serving changes nothing in an image. */
export async function serverRoot(dir: string, wish: ServerWish): Promise<string> {
  const root = path.join(dir, 'server');
  const lib = path.join(root, 'var/lib/systemimager');
  const { arch = 'amd64' } = wish;
  const boot = path.join(lib, 'boot', arch);
  for (const folder of ['scripts', 'overrides', 'reports', `boot/${arch}`, 'manifests'])
    await mkdir(path.join(lib, folder), { recursive: true });
  // Any user may enter the folders above, as on a real server.
  await mkdir(path.join(lib, 'images'), { mode: imagesMode });
  await mkdir(path.join(root, 'etc/systemimager'), { recursive: true });
  for (const [name, tree] of Object.entries(wish.images))
    await join(tree, path.join(lib, 'images', name), wish.isApart ?? false);
  for (const [name, script] of Object.entries(wish.scripts)) {
    const at = path.join(lib, 'scripts', name);
    if (typeof script === 'string') await writeFile(at, script, { mode: 0o644 });
    else await symlink(script.linkTo, at);
  }
  if (wish.hosts !== undefined) await writeFile(path.join(lib, 'scripts/hosts'), wish.hosts);
  if (wish.machines) await writeFile(path.join(lib, 'hosts.json'), printHosts(wish.machines));
  if (wish.toml !== undefined) await writeFile(path.join(root, 'etc/systemimager/server.toml'), wish.toml);
  if (wish.groups !== undefined) await writeFile(path.join(root, 'etc/systemimager/groups.toml'), wish.groups);
  const { folder } = await boel(arch);
  for (const file of ['kernel', 'initrd.img', 'SHA256SUMS'])
    await copyFile(path.join(folder, file), path.join(boot, file));
  // What firmware with Secure Boot starts; the rest of grub's is for images without grub.
  for (const name of ['shim', arch === 'arm64' ? 'arm64-efi-signed' : 'x86_64-efi-signed'])
    await cp(path.join(folder, 'grub', name), path.join(boot, 'grub', name), { recursive: true });
  return root;
}
