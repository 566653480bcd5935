import fs from 'node:fs/promises';
import { type AbsPath, under } from '../../common/system/place.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { type CpioMember, packCpio, withFolders } from './cpio.ts';
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
 * A small archive that the kernel unpacks, and in it one squashfs with everything below /usr: it stays compressed in
 * memory and is read from there.
 */
export const packWithSquashfs: Pack = async (context, entries, compression, work) => {
  const isPacked = (entry: Entry) => entry.at.startsWith('/usr/');
  const stage = under(work, 'usr');
  await layOut(entries.filter(isPacked).map(belowUsr), stage);
  const squashfs = under(work, 'boel.squashfs');
  await makeSquashfs(context, stage, squashfs, compression);
  const members = await Promise.all(entries.filter((entry) => !isPacked(entry)).map(readMember));
  const content = await fs.readFile(squashfs);
  return packCpio(withFolders([...members, { kind: 'file', at: '/boel.squashfs', mode: 0o400, content }]));
};

/** One compressed archive with everything, for a kernel that cannot mount a squashfs from a file: it takes more memory. */
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

const belowUsr = (entry: Entry): Entry => ({ ...entry, at: entry.at.slice('/usr'.length) as AbsPath });

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
