import { UserError } from '../../common/system/errors.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Mounted } from './filesystems.ts';
import { checkFit, probeFit } from './fit.ts';
import { checkImmutable, probeImmutable } from './immutable.ts';
import { checkMountPoints } from './mount-points.ts';
import type { Change } from './plan.ts';
import type { Wish } from './probe.ts';
import { checkRoom, mountOfPath, probeRoom } from './room.ts';

/** Refuses to update an image server by itself: it would get the files of a machine that is none. */
export async function checkNoServer(io: ReadIo, directory: AbsPath): Promise<void> {
  const images = ((await io.list({ root: directory, path: '/var/lib/systemimager/images' })) ?? []).filter(
    (name) => !name.startsWith('.'),
  );
  if (images.length > 0)
    throw new UserError(
      `${directory === '/' ? 'this machine' : directory} is an image server: /var/lib/systemimager/images holds ${images.slice(0, 5).join(', ')}`,
      'Update other machines from here; an image server is updated by its package manager.',
    );
}

/** Refuses to change files on filesystems that are mounted read-only. */
export function checkWritable(mounts: readonly Mounted[], changes: readonly Change[]): void {
  const isReadOnly = ({ options }: Mounted) => options.split(',').includes('ro');
  const closed = mounts
    .filter(isReadOnly)
    .filter((mount) => changes.some(({ path }) => mountOfPath(mounts, path) === mount));
  if (closed.length > 0)
    throw new UserError(
      `the update must change files on ${closed.map(({ dir }) => dir).join(', ')}, which is mounted read-only; nothing was changed`,
      `Mount it for writing: ${closed.map(({ dir }) => `mount -o remount,rw ${dir}`).join('; ')}`,
    );
}

/** Folders that lead to all programs and libraries. */
const mainFolders = ['bin', 'sbin', 'lib', 'lib64', 'lib32', 'usr', 'usr/bin', 'usr/sbin', 'usr/lib', 'usr/lib64'];

/** Refuses an image in which /bin is a link, for a machine in which /bin is a folder, and the other way round. */
export async function checkMainFolders(io: ReadIo, root: AbsPath, changes: readonly Change[]): Promise<void> {
  for (const { path, kind, reason } of changes) {
    if (!mainFolders.includes(path) || reason === 'deleted') continue;
    const here = (await io.lstat({ root, path: under('/', path) }))?.kind;
    if (here === undefined || here === kind) continue;
    const words = { dir: 'a folder', link: 'a link' } as Partial<Record<string, string>>;
    throw new UserError(
      `/${path} is ${words[here] ?? here} here, and ${words[kind] ?? kind} in the image: no program would be found in between; nothing was changed`,
      'Change the machine first, as its distribution does (on Debian: the package usrmerge), or install it anew.',
    );
  }
}

/** Everything that must be true before an update changes a file. */
export async function checkBefore(
  io: Io,
  wish: Wish,
  { mounts, changes }: { mounts: readonly Mounted[]; changes: readonly Change[] },
  { otherLayout, say }: { otherLayout: boolean; say: (line: string) => void },
): Promise<void> {
  if (changes.length === 0) return;
  const { directory } = wish;
  checkFit(await probeFit(io, wish, mounts, changes, say), wish.image);
  await checkMainFolders(io, directory, changes);
  const here = (await io.readText({ root: directory, path: '/etc/fstab' })) ?? '';
  const at: AbsPath = '/run/systemimager/fstab';
  const fetched = await wish.source.file(io, { path: `${wish.image}/etc/fstab`, at, maxBytes: 1024 ** 2 });
  await io.remove(at);
  const inImage = 'bytes' in fetched && fetched.bytes ? Buffer.from(fetched.bytes).toString() : '';
  checkMountPoints({ here, inImage, mounts, changes }, otherLayout);
  checkWritable(mounts, changes);
  checkImmutable(await probeImmutable(io, directory, changes));
  checkRoom(await probeRoom(io, directory, mounts, changes), mounts, changes);
}
