import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Mounted } from './filesystems.ts';
import type { Change } from './plan.ts';

/** What a filesystem has left, by its place in the updated directory. */
export type Room = { dir: string; bytes: number; inodes: number };

/** The mount point that holds a path of the updated directory. */
export function mountOfPath<M extends { dir: string }>(mounts: readonly M[], path: string): M | undefined {
  const at = `/${path}`;
  return mounts
    .filter(({ dir }) => dir === '/' || at === dir || at.startsWith(`${dir}/`))
    .reduce<M | undefined>((best, one) => (best && best.dir.length >= one.dir.length ? best : one), undefined);
}

/** Asks df(1) what the filesystems with changes have left. */
export async function probeRoom(
  io: ReadIo,
  root: AbsPath,
  mounts: readonly Mounted[],
  changes: readonly Change[],
): Promise<Room[]> {
  const dirs = [...new Set(changes.flatMap(({ path }) => mountOfPath(mounts, path)?.dir ?? []))];
  const found: Room[] = [];
  for (const dir of dirs) {
    const at = under(root, dir);
    const exit = await io.run({ argv: ['df', '--block-size=1', '--output=avail,iavail', at] });
    const [bytes = '', inodes] = exit.stdout.trim().split('\n').at(-1)?.trim().split(/ +/) ?? [];
    // btrfs counts no inodes, and shows 0 or a dash.
    if (/^\d+$/.test(bytes))
      found.push({ dir, bytes: Number(bytes), inodes: Number(inodes) || Number.POSITIVE_INFINITY });
  }
  return found;
}

/** Old and new content lie side by side until all has arrived, and a filesystem needs some room for itself. */
const spareBytes = 16 * 1024 ** 2;
const blockBytes = 4096;
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

/** Refuses an update for which a filesystem lacks room. */
export function checkRoom(rooms: readonly Room[], mounts: readonly Mounted[], changes: readonly Change[]): void {
  const lacking = rooms.flatMap(({ dir, bytes, inodes }) => {
    const here = changes.filter((one) => one.reason !== 'deleted' && mountOfPath(mounts, one.path)?.dir === dir);
    const needed = here.reduce(
      (sum, one) =>
        sum +
        (one.kind === 'file' && one.sameAs === undefined ? Math.ceil(one.sizeBytes / blockBytes) * blockBytes : 0),
      spareBytes,
    );
    const isLacking = needed > bytes || here.filter((one) => one.sameAs === undefined).length > inodes;
    if (!isLacking) return [];
    const words =
      needed > bytes ? `${mb(needed)}, and ${mb(bytes)} are free` : `${here.length} inodes, and ${inodes} are free`;
    return [`${dir} needs ${words}`];
  });
  if (lacking.length === 0) return;
  throw new UserError(
    `there is not enough room for the update: ${lacking.join('; ')}; nothing was changed`,
    'Old and new files lie side by side until all has arrived. Make room (df -h), or update in parts with --only PATH.',
  );
}
