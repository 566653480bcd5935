import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Architecture } from '../../common/boot/architectures.ts';
import { run } from '../boot/harness/processes.ts';
import { systemimager } from './boel.ts';
import { cacheFile } from './cache.ts';

async function make(...words: string[]): Promise<void> {
  await run(systemimager(...words), {
    cwd: '/',
    limitMs: 300_000,
    env: { HOME: process.env.HOME ?? '/root', SYSTEMIMAGER_CACHE: cacheFile('') },
  });
}

/** A floppy by `mkautoinstalldiskette` with these flags, and this local.cfg if there is one; `root`: of the image server. */
export async function autoinstallDiskette(
  dir: string,
  flags: readonly string[],
  localCfg?: string,
  root = '/',
): Promise<string> {
  const [image, config] = [path.join(dir, 'autoinstall.img'), path.join(dir, 'local.cfg')];
  if (localCfg !== undefined) await writeFile(config, localCfg);
  const given = localCfg ? ['-config', config] : [];
  await make('--root', root, 'mkautoinstalldiskette', '-out-file', image, ...given, ...flags);
  return image;
}

/** A CD by `mkautoinstallcd`, with this local.cfg, these images, and the kernel and initrd of the image server in `root`. */
export async function autoinstallCd(
  dir: string,
  root: string,
  localCfg: string,
  append: string,
  arch: Architecture = 'amd64',
  images: readonly string[] = [],
): Promise<string> {
  const [image, config] = [path.join(dir, 'autoinstall.iso'), path.join(dir, 'cd-local.cfg')];
  await writeFile(config, localCfg);
  await make(
    '--root',
    root,
    'mkautoinstallcd',
    '-out-file',
    image,
    '-arch',
    arch,
    '-config',
    config,
    '-append',
    append,
    ...(images.length > 0 ? ['-image', ...images] : []),
  );
  return image;
}

/** A stick by `mkautoinstallusb`, with these flags, this local.cfg, and the kernel and initrd of the image server in `root`. */
export async function autoinstallUsb(
  dir: string,
  root: string,
  localCfg: string,
  flags: readonly string[],
): Promise<string> {
  const [image, config] = [path.join(dir, 'autoinstall-usb.img'), path.join(dir, 'usb-local.cfg')];
  await writeFile(config, localCfg);
  await make('--root', root, 'mkautoinstallusb', '-out-file', image, '-config', config, ...flags);
  return image;
}

/** Puts another local.cfg on a finished medium, by `inspect --config`. */
export async function changeLocalCfg(dir: string, image: string, localCfg: string): Promise<void> {
  const config = path.join(dir, 'new-local.cfg');
  await writeFile(config, localCfg);
  await make('inspect', '-config', config, image);
}

/** The ISO of the image server in `root`, which serve gives to each machine with its own local.cfg. */
export async function servedIso(root: string): Promise<void> {
  await make('--root', root, 'mkautoinstallcd', '-for-serve');
}

/** A folder by `mkbootserver`, with the kernel and initrd of the image server in `root`. */
export async function bootServerFolder(dir: string, root: string, flags: readonly string[]): Promise<string> {
  const folder = path.join(dir, 'tftp');
  await make('--root', root, 'mkbootserver', '-directory', folder, ...flags);
  return folder;
}
