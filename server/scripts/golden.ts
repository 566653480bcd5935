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
  mounted: Mounted[];
  storage: Storage;
  /** lsblk's part of the storage, as a list. */
  devices: FlatDevice[];
  fstab: MountWish[];
};

/** Reads the dump of one disk; the file's name is the disk's, with `!` for a slash. */
export function parseScheme(fileName: string, dump: string): DiskWish {
  const bare = fileName.replaceAll('!', '/').replace(/^\/?dev\//, '');
  return parseTable(`/dev/${bare}`, dump);
}

/** The lines of an fstab(5) that read; comments and broken lines are left out. */
export function parseFstab(text: string): MountWish[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.flatMap((line, at) =>
    line === '' || line.startsWith('#') ? [] : parseMountLine(line, at + 1, new Problems()),
  );
}

/** Reads them inside the image; `file` for errors is the path outside. */
export async function readGolden(io: ReadIo, image: AbsPath): Promise<Golden> {
  const tree = inside(io, image);
  const folder = goldenFiles.schemes;
  const disks: DiskWish[] = [];
  for (const name of (await tree.list(folder)) ?? []) {
    const dump = (await tree.readText(`${folder}/${name}`)) ?? '';
    try {
      disks.push(parseScheme(name, dump));
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : String(cause);
      throw new UserError(
        `${image}${folder}/${name} is ${what}`,
        'Put there what `sfdisk --dump` prints of that disk of the golden client; without the folder, a default layout is written.',
        {
          cause,
        },
      );
    }
  }
  const text = async (path: AbsPath) => (await tree.readText(path)) ?? '';
  const stored = await text(goldenFiles.storage);
  const storage = stored === '' ? {} : readStorage(stored, `${image}${goldenFiles.storage}`);
  return {
    disks,
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
