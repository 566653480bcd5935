import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { type Architecture, architectures, nodeNames } from '../../common/boot/architectures.ts';
import type { CliContext } from '../../common/cli.ts';
import { markerName, offlineFolder, overridesPack } from '../../common/model/medium.ts';
import { partBytes, writeParts } from '../../common/pack/write-parts.ts';
import { packBytes } from '../../common/pack/write-pack.ts';
import { UserError } from '../../common/system/errors.ts';
import { filesBelow } from '../../common/system/files-below.ts';
import { inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { programFailed } from '../../common/system/steps/run.ts';
import { imageMachine } from '../../install/boot/probe-start.ts';
import { runsOn } from '../../install/boot-files/kernel-file.ts';
import { serverPaths, type ServerPaths } from '../../server/config/paths.ts';
import { packImage, writeExportManifest } from '../../server/images/archive/pack-image.ts';
import { tarFlags } from '../../server/images/archive/plan-export.ts';
import { lockImage } from '../../server/images/lock.ts';
import { type ImageTies, imageTies } from '../../server/images/ties.ts';
import { readScriptsFolder } from '../../server/scripts/scripts-folder.ts';
import type { MediumFile } from './staging.ts';

/** What a medium holds for machines without an image server. */
export type Offline = {
  /** The files, all below the folder systemimager/ of the medium. */
  files: MediumFile[];
  images: readonly string[];
  /** Names what the files hold; part of the medium's id. */
  digest: string;
};

/** The files of `offline`, and the marker by which BOEL knows the filesystem with them. */
export const offlineOn = (id: string, { files }: Pick<Offline, 'files'>): MediumFile[] => [
  ...files,
  { name: `${offlineFolder}/${markerName(id)}`, content: '' },
];

/** Refuses images that no machine could install from a medium. */
export async function checkImages(
  { io, root }: CliContext,
  names: readonly string[],
  architecture: Architecture,
): Promise<ImageTies[]> {
  const paths = serverPaths(root);
  const twice = names.find((name, at) => names.slice(0, at).some((one) => one.toLowerCase() === name.toLowerCase()));
  if (twice !== undefined)
    throw new UserError(
      `--image names ${twice} twice, or two images whose names differ only in small and capital letters`,
      'FAT takes both for one file: name each image once, or give one another name (mvimage).',
    );
  const all: ImageTies[] = [];
  for (const name of names) {
    const ties = await imageTies(io, paths, name);
    if (ties.script === undefined)
      throw new UserError(
        `image ${name} has no autoinstall script, by which a machine would install the image`,
        `Make one: systemimager mkautoinstallscript -image ${name}`,
      );
    const machine = await imageMachine(inside(io, ties.at));
    if (machine !== undefined && !runsOn(machine, nodeNames[architecture]))
      throw new UserError(
        `image ${name} has a kernel for processors of the kind ${machine}, and the medium starts machines of the kind ${architecture}`,
        otherMedium(machine),
      );
    all.push(ties);
  }
  return all;
}

function otherMedium(machine: string): string {
  const other = architectures.find((one) => nodeNames[one] === machine);
  const one = 'Put images of one architecture on a medium';
  return other ? `${one}; for machines of this image, say: -arch ${other}` : `${one}.`;
}

/**
 * Packs images into `folder`, and gives all that a medium needs to install without an image server: packs, autoinstall scripts, hosts
 * file, groups, site scripts, overrides, and grub for images without grub. UserError if another command changes one of the images.
 */
export async function offlineFiles(
  context: CliContext,
  images: readonly ImageTies[],
  folder: AbsPath,
  boot: AbsPath,
): Promise<Offline> {
  const { io, root } = context;
  const paths = serverPaths(root);
  const names = images.map(({ name }) => name);
  const how = { mode: 0o600, mostBytes: partBytes, remove: (at: AbsPath) => io.remove(at) };
  const files: MediumFile[] = [];
  const hash = createHash('sha256');
  const addPack = async (name: string, write: (to: AbsPath) => Promise<readonly AbsPath[]>) => {
    for (const made of await write(under(folder, name.replaceAll('/', '-')))) {
      // The last bytes of a pack hold the hash of its index.
      const { size } = await fs.stat(made);
      hash.update((await io.readPart(made, Math.max(0, size - 64), 64)) ?? '');
      const [, part = ''] = /\.pack(\.\d+)$/.exec(made) ?? [];
      files.push({ name: `${offlineFolder}/${name}${part}`, made });
    }
  };
  for (const ties of images) {
    await using held = new AsyncDisposableStack();
    held.use(await lockImage(io, paths, ties.name));
    const manifest = await writeExportManifest(context, held, ties.name, (line) => context.print(line));
    context.print(`Pack ${ties.name} for the medium`);
    await addPack(`images/${ties.name}.pack`, async (to) => {
      let written: readonly AbsPath[] = [];
      await packImage(context, ties, manifest, async (frames) => {
        written = await writeParts(to, frames, how);
      });
      return written;
    });
  }
  const { scripts, hosts } = await scriptFiles(context, paths, images);
  const overrides = await overrideFolders(context, paths, names, hosts);
  if (overrides.length > 0)
    await addPack(overridesPack, async (to) => {
      let written: readonly AbsPath[] = [];
      const argv = [
        'tar',
        '--create',
        '--file=-',
        ...tarFlags,
        '-C',
        under(paths.overrides, '..'),
        ...overrides,
      ] as const;
      const takesOutput = async (tar: AsyncIterable<Buffer>) => {
        written = await writeParts(to, packBytes(tar, 'the tar of the overrides'), how);
      };
      const exit = await io.run({ argv, takesOutput }, { signal: context.signal });
      context.signal.throwIfAborted();
      if (exit.code !== 0) throw programFailed(exit, 'Pack the overrides');
      return written;
    });
  const grub: MediumFile[] = [];
  for (const platform of ['i386-pc', 'x86_64-efi', 'arm64-efi'])
    for (const name of await filesBelow(under(boot, 'grub', platform)).catch((): string[] => []))
      grub.push({
        name: `${offlineFolder}/boot/${boot.split('/').at(-1)}/grub/${platform}/${name}`,
        from: under(boot, 'grub', platform, name),
      });
  for (const { name, content } of scripts) hash.update(`${name}\0${content.length}\0`).update(content);
  return { files: [...files, ...scripts, ...grub], images: names, digest: hash.digest('hex') };
}

type TextFile = { name: string; content: Uint8Array };

/** The scripts of the images and of the machines that install these images, the tables of machines, and the site's scripts. */
async function scriptFiles(
  { io }: CliContext,
  paths: ServerPaths,
  images: readonly ImageTies[],
): Promise<{ scripts: TextFile[]; hosts: string[] }> {
  const { links, files } = await readScriptsFolder(io, paths);
  const names = images.map(({ name }) => name);
  const masters = names.map((name) => `${name}.master`);
  const linked = masters.flatMap((master) => links.get(master) ?? []);
  const own = files.filter(({ name, images: all }) => name.endsWith('.sh') && all.some((one) => names.includes(one)));
  const hostScripts = [...linked, ...own.map(({ name }) => name)].sort();
  const wanted = [...masters, ...hostScripts, 'hosts', 'groups'];
  for (const folder of ['pre-install.d', 'post-install.d'])
    for (const name of (await io.list(under(paths.scripts, folder))) ?? []) wanted.push(`${folder}/${name}`);
  const scripts: TextFile[] = [];
  for (const name of wanted) {
    const at = under(paths.scripts, name);
    if ((await io.stat(at))?.kind !== 'file') continue;
    const content = await io.read(at);
    if (content) scripts.push({ name: `${offlineFolder}/scripts/${name}`, content });
  }
  return { scripts, hosts: hostScripts.map((name) => name.replace(/\.sh$/, '')) };
}

/** The overrides of these images, of all groups, and of the machines of the medium, as paths beside the folder overrides. */
async function overrideFolders(
  { io }: CliContext,
  paths: ServerPaths,
  images: readonly string[],
  hosts: readonly string[],
): Promise<string[]> {
  const wanted: Record<string, (name: string) => boolean> = {
    group: () => true,
    host: (name) => hosts.includes(name),
    image: (name) => images.includes(name),
  };
  const found: string[] = [];
  for (const [kind, isWanted] of Object.entries(wanted))
    for (const name of (await io.list(under(paths.overrides, kind))) ?? [])
      if (isWanted(name) && (await io.lstat(under(paths.overrides, kind, name)))?.kind === 'dir')
        found.push(`overrides/${kind}/${name}`);
  return found;
}
