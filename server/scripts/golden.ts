import { parseTable } from '../../common/model/layout/parse.ts';
import type { DiskWish, MountWish } from '../../common/model/layout.ts';
import { parseMountLine } from '../../common/model/layout/parse-mount.ts';
import { Problems } from '../../common/model/layout/problems.ts';
import { type FlatDevice, flattenDevices, Storage } from '../../common/model/storage.ts';
import { type Mounted, parseMountedFilesystems } from '../../common/model/mounted.ts';
import { goldenFiles } from '../../common/model/golden-files.ts';
import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';

/** What prepareclient wrote down on the golden client, as it lies in an image, and the image's fstab. */
export type Golden = {
  disks: DiskWish[];
  /** Disks with a table that a layout does not say, and why. */
  unreadable?: { name: string; problem: string }[];
  mounted: Mounted[];
  storage: Storage;
  /** lsblk's part of the storage, as a list. */
  devices: FlatDevice[];
  fstab: MountWish[];
};

/** The name of the disk of a file in partitionschemes, with `!` for a slash. */
const diskName = (fileName: string) => `/dev/${fileName.replaceAll('!', '/').replace(/^\/?dev\//, '')}`;

/** Reads the dump of one disk. */
export function parseScheme(fileName: string, dump: string): DiskWish {
  return parseTable(diskName(fileName), dump);
}

/** The lines of an fstab(5) that read; comments and broken lines are left out. */
export function parseFstab(text: string): MountWish[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.flatMap((line, at) =>
    line === '' || line.startsWith('#') ? [] : parseMountLine(line, at + 1, new Problems()),
  );
}

/** A table that was never one has a line of error for each of its lines. */
const shownLines = 3;
function briefly(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const more = lines.length - 1 - shownLines;
  return [...lines.slice(0, 1 + shownLines), ...(more > 0 ? [`and ${more} more`] : [])].join('; ').replace(':;', ':');
}

/** Reads them inside the image; `file` for errors is the path outside. */
export async function readGolden(io: ReadIo, image: AbsPath): Promise<Golden> {
  const tree = inside(io, image);
  const folder = goldenFiles.schemes;
  const disks: DiskWish[] = [];
  const unreadable: Golden['unreadable'] = [];
  for (const name of (await tree.list(folder)) ?? []) {
    const dump = (await tree.readText(`${folder}/${name}`)) ?? '';
    try {
      disks.push(parseScheme(name, dump));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unreadable.push({ name: diskName(name), problem: `${image}${folder}/${name} is ${briefly(error.message)}` });
    }
  }
  const text = async (path: AbsPath) => (await tree.readText(path)) ?? '';
  const stored = await text(goldenFiles.storage);
  const storage = stored === '' ? {} : readStorage(stored, `${image}${goldenFiles.storage}`);
  return {
    disks,
    unreadable,
    mounted: parseMountedFilesystems(await text(goldenFiles.mounted)),
    storage,
    devices: flattenDevices(storage),
    fstab: parseFstab(await text('/etc/fstab')),
  };
}

function readStorage(text: string, file: string): Storage {
  try {
    return Storage.parse(JSON.parse(text));
  } catch (cause) {
    throw new UserError(
      `${file} does not read`,
      'Run prepareclient on the golden client again, or take the file away.',
      {
        cause,
      },
    );
  }
}
