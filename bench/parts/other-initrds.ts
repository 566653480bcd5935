import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { apply } from '../../common/system/apply.ts';
import type { Argv } from '../../common/system/io.ts';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import type { Step } from '../../common/system/step.ts';
import { inChroot } from '../../install/chroot/in-chroot.ts';
import { run } from '../../test/boot/harness/processes.ts';
import { cached } from '../../test/assets/cache.ts';
import { writePackageSources } from '../../test/assets/package-sources.ts';

/** Debian's, as the golden trees of the tests. */
const release = 'bookworm';

/** The kernel, and those who make an initrd for it. dracut-core, because the package dracut takes the place of initramfs-tools. */
const packages = ['linux-image-amd64', 'initramfs-tools', 'dracut-core', 'zstd', 'busybox', 'kmod', 'udev'];
/** What their initrds have hooks for, as BOEL has the programs. */
const tools = ['e2fsprogs', 'xfsprogs', 'btrfs-progs', 'dosfstools', 'lvm2', 'mdadm'];

/** A tree of Debian 12 with its kernel and the usual makers of an initrd. */
export type MakersTree = { tree: string; version: string; kernel: string };

/** Makes that tree once. */
export async function makersTree(): Promise<MakersTree> {
  const include = [...packages, ...tools].join(',');
  const dir = await cached('bench-makers', { release, include }, async (unfinished) => {
    const made = path.join(unfinished, 'tree.new');
    const options = ['--mode=root', '--variant=minbase', '--aptopt=APT::Install-Recommends "false"'];
    const sources = path.join(unfinished, 'machine.sources');
    await writePackageSources(release, sources);
    const argv = ['mmdebstrap', ...options, `--include=${include}`, release, made, sources] as const;
    await run(argv, { limitMs: 1_200_000 });
    await rename(made, path.join(unfinished, 'tree'));
  });
  const tree = path.join(dir, 'tree');
  const [version = ''] = await readdir(path.join(tree, 'lib/modules'));
  return { tree, version, kernel: path.join(tree, 'boot', `vmlinuz-${version}`) };
}

/** Each maker's command for an initrd that fits any machine, compressed with zstd as the maker does by itself. */
const commands: Record<'mkinitramfs' | 'dracut', (version: string, to: string) => Argv> = {
  mkinitramfs: (version: string, to: string) => ['mkinitramfs', '-c', 'zstd', '-o', to, version],
  dracut: (version: string, to: string) => ['dracut', '--force', '--no-hostonly', '--zstd', '--quiet', to, version],
};

export type Maker = keyof typeof commands;
export const makers = Object.keys(commands) as Maker[];

/** Makes an initrd, and gives its file and how long that took, in s. */
export async function makeInitrd(maker: Maker, { tree, version }: MakersTree) {
  const inside = `/tmp/${maker}.img`;
  const file = path.join(tree, inside);
  await rm(file, { force: true });
  const argv = commands[maker](version, inside);
  const make: Step = { why: `Run ${maker}`, kind: 'run', argv, chroot: absPath(tree), limitMs: 900_000 };
  const startedMs = performance.now();
  await apply([inChroot(absPath(tree), `Run ${maker} inside the tree`, [make])], realIo);
  return { file, seconds: (performance.now() - startedMs) / 1000, bytes: (await stat(file)).size };
}
