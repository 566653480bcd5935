import type { Io } from '../../common/system/io.ts';
import { chooseOld, type OldFile, steadyTime } from '../../common/system/old-files.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import { eventFiles } from './event-file.ts';

/** Disks give room by the block: ten thousand files of one line each take much room. */
const blockBytes = 4096;
const onDisk = (bytes: number) => Math.ceil(bytes / blockBytes) * blockBytes;

/** A file of reports, and the address that it came from, if that is known. */
type Held = { bytes: number; mtimeMs: number; source: string | undefined };

/** The room of all files of reports together, which is never more than the administrator allows. */
export type ReportRoom = {
  /** The size of a file; 0 if there is no such file. */
  bytesOf(name: string): number;
  /** Takes room for a file of `bytes`, and removes other files for it; throws if there is not enough room. */
  take(name: string, bytes: number, source: string): Promise<void>;
  /** Corrects the size of a file that could not be written as planned. */
  correct(name: string, bytes: number): void;
  /** Removes files that are too old. */
  removeOld(): Promise<void>;
  /** The names of the `count` files that were written last, the newest at the end. */
  newest(count: number): string[];
};

/** Looks at the files that are there, and removes those that are too old or too much. */
export async function openReportRoom(
  io: Io,
  folder: AbsPath,
  keep: ServerConfig['reports'],
  say: (line: string) => void,
): Promise<ReportRoom> {
  const keepBytes = keep.keep_megabytes * 1024 ** 2;
  /** The files that were written last come last. */
  const held = new Map<string, Held>();
  const bySource = new Map<string | undefined, number>();
  let totalBytes = 0;

  function set(name: string, now: Held | undefined): void {
    const count = ({ bytes, source }: Held, sign: 1 | -1) => {
      totalBytes += sign * onDisk(bytes);
      bySource.set(source, (bySource.get(source) ?? 0) + sign * onDisk(bytes));
      if (bySource.get(source) === 0) bySource.delete(source);
    };
    const before = held.get(name);
    if (before) count(before, -1);
    held.delete(name);
    if (!now) return;
    count(now, 1);
    held.set(name, now);
  }
  async function remove(name: string): Promise<void> {
    set(name, undefined);
    await io.remove(under(folder, name));
  }
  /** The oldest file but `own`; if one address fills more than half of the room, the oldest file of that address. */
  function oldest(own: string): string | undefined {
    const greedy = [...bySource].find(([source, bytes]) => source !== undefined && bytes > keepBytes / 2)?.[0];
    for (const [name, { source }] of held) if (name !== own && (greedy === undefined || source === greedy)) return name;
    return undefined;
  }
  const room: ReportRoom = {
    bytesOf: (name) => held.get(name)?.bytes ?? 0,
    async take(name, bytes, source) {
      while (totalBytes + onDisk(bytes) - onDisk(room.bytesOf(name)) > keepBytes) {
        const old = oldest(name);
        if (old === undefined) throw new Error(`keep_megabytes = ${keep.keep_megabytes} is too little`);
        await remove(old);
      }
      set(name, { bytes, mtimeMs: io.now().getTime(), source: held.get(name)?.source ?? source });
    },
    correct(name, bytes) {
      const before = held.get(name);
      if (before) set(name, { ...before, bytes });
    },
    async removeOld() {
      const files = [...held].map(
        ([name, { bytes, mtimeMs }]): OldFile => ({ name, mtimeMs, sizeBytes: onDisk(bytes) }),
      );
      const nowMs = await lookAtClock(io, folder, files);
      const old = chooseOld(files, { nowMs, keepDays: keep.keep_days, keepBytes });
      for (const name of old) await remove(name);
      if (old.length > 0) say(`removed ${old.length} old reports`);
    },
    newest: (count) => [...held.keys()].slice(-count),
  };
  for (const { name, sizeBytes, mtimeMs } of await eventFiles(io, folder))
    set(name, { bytes: sizeBytes, mtimeMs, source: undefined });
  await room.removeOld();
  return room;
}

/** The time by which reports are old; reports/looked holds the time of the last look. */
async function lookAtClock(io: Io, folder: AbsPath, files: readonly OldFile[]): Promise<number> {
  const at = under(folder, 'looked');
  const lookedMs = Date.parse((await io.readText(at))?.trim() ?? '');
  const nowMs = steadyTime(Number.isNaN(lookedMs) ? undefined : lookedMs, io.now().getTime(), files);
  // On a full disk the next look uses the same earlier time.
  await io.write(at, `${new Date(nowMs).toISOString()}\n`, { mode: 0o644 }).catch(() => {});
  return nowMs;
}
