import fs from 'node:fs/promises';
import { type AbsPath, under } from '../../common/system/place.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { type CpioMember, packCpio, withFolders } from '../../common/boot/cpio.ts';
import type { Entry } from './entry.ts';
import { type Compression, compressions, layOut, makeSquashfs } from './squashfs.ts';

/** Packs an initrd, and gives its bytes. */
export type Pack = (
  context: BuildContext,
  entries: readonly Entry[],
  compression: Compression,
  work: AbsPath,
) => Promise<Buffer>;

/**
 * The squashfs files in the initrd, and the folder at which /init mounts each; a path goes into the first whose folder holds
 * it. Hardware drivers are separate, so that a machine with little memory can give them up once they are loaded.
 */
const images: { at: AbsPath; folder: RegExp }[] = [
  { at: '/drivers.squashfs', folder: /^\/usr\/lib\/modules\/[^/]+\/kernel\/drivers(?=\/)/ },
  { at: '/boel.squashfs', folder: /^\/usr(?=\/)/ },
];

/**
 * A small archive that the kernel unpacks, with squashfs files that hold everything below /usr: their content stays
 * compressed in memory.
 */
export const packWithSquashfs: Pack = async (context, entries, compression, work) => {
  const imageOf = (entry: Entry) => images.find(({ folder }) => folder.test(entry.at));
  const members = await Promise.all(entries.filter((entry) => entry.early || !imageOf(entry)).map(readMember));
  for (const image of images) {
    const stage = under(work, 'stages', image.at);
    const inside = entries.filter((entry) => imageOf(entry) === image);
    if (inside.length === 0) continue;
    await layOut(
      inside.map((entry) => ({ ...entry, at: entry.at.replace(image.folder, '') as AbsPath })),
      stage,
    );
    const file = under(work, image.at);
    await makeSquashfs(context, stage, file, compression);
    members.push({ kind: 'file', at: image.at, mode: 0o400, content: await fs.readFile(file) });
  }
  return packCpio(withFolders(members));
};

/** One compressed archive with everything, for a kernel that cannot mount a squashfs file; this takes more memory. */
export const packOneArchive: Pack = async (context, entries, compression, work) => {
  const archive = under(work, 'initrd.cpio');
  await fs.writeFile(archive, await packCpio(withFolders(await Promise.all(entries.map(readMember)))));
  const argv = [
    'zstd',
    '-q',
    `-${compressions[compression]}`,
    '-T0',
    '-o',
    under(work, 'initrd.img'),
    archive,
  ] as const;
  await runOrFail(context, { argv }, 'Compressing the initrd');
  return fs.readFile(under(work, 'initrd.img'));
};

async function readMember(entry: Entry): Promise<CpioMember> {
  switch (entry.kind) {
    case 'dir':
      return { kind: 'dir', at: entry.at, mode: entry.mode };
    case 'link':
      return { kind: 'link', at: entry.at, mode: 0o777, target: entry.target };
    case 'text':
      return { kind: 'file', at: entry.at, mode: entry.mode, content: Buffer.from(entry.content) };
    case 'file':
      return { kind: 'file', at: entry.at, mode: entry.mode, content: await fs.readFile(entry.from) };
  }
}
