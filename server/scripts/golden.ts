import { readFstab } from '../../common/model/fstab.ts';
import { parseTable } from '../../common/model/layout/parse.ts';
import type { DiskWish, MountWish } from '../../common/model/layout.ts';
import { type FlatDevice, flattenDevices, Storage } from '../../common/model/storage.ts';
import { type Mounted, parseMountedFilesystems } from '../../common/model/mounted.ts';
import { goldenFiles } from '../../common/model/golden-files.ts';
import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';

/** The files of prepareclient in an image, and the image's fstab. */
export type Golden = {
  disks: DiskWish[];
  /** Disks with a table that a layout cannot say, and the reason. */
  unreadable?: { name: string; problem: string }[];
  mounted: Mounted[];
  storage: Storage;
  /** lsblk's part of the storage, as a list. */
  devices: FlatDevice[];
  fstab: MountWish[];
  /** Remarks on lines of the fstab that cannot be read. */
  fstabRemarks?: string[];
};

/** The disk of a file in partitionschemes, whose name has `!` for a slash. */
const diskName = (fileName: string) => `/dev/${fileName.replaceAll('!', '/').replace(/^\/?dev\//, '')}`;

/** Reads the dump of one disk. */
export function parseScheme(fileName: string, dump: string): DiskWish {
  return parseTable(diskName(fileName), dump);
}

/** The lines of an fstab(5) that name a mount. */
export const parseFstab = (text: string): MountWish[] => readFstab(text).flatMap(({ mount }) => mount ?? []);

/** Remarks on lines of an fstab(5) that mount(8) does not read. Such a line stays if it names no mount; else the layout decides. */
export const fstabRemarks = (text: string): string[] =>
  readFstab(text).flatMap(({ number, raw, mount, problem }) =>
    problem
      ? [
          `Line ${number} of fstab ${problem}, so that mount(8) passes over the line${mount ? '' : '; the line stays'}: ${JSON.stringify(raw)}`,
        ]
      : [],
  );

/** The mount that is seen at a directory of the golden client: the last one there. */
export const mountAt = ({ mounted }: Pick<Golden, 'mounted'>, dir: string): Mounted | undefined =>
  mounted.findLast((one) => one.dir === dir);

/** How many errors are shown: a text that is no table has an error for each of its lines. */
const shownLines = 3;
function briefly(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const more = lines.length - 1 - shownLines;
  return [...lines.slice(0, 1 + shownLines), ...(more > 0 ? [`and ${more} more`] : [])].join('; ').replace(':;', ':');
}

/** Reads these files inside the image. */
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
  const [stored, fstab] = [await text(goldenFiles.storage), await text('/etc/fstab')];
  const storage = stored === '' ? {} : readStorage(stored, `${image}${goldenFiles.storage}`);
  return {
    disks,
    unreadable,
    mounted: parseMountedFilesystems(await text(goldenFiles.mounted)),
    storage,
    devices: flattenDevices(storage),
    fstab: parseFstab(fstab),
    fstabRemarks: fstabRemarks(fstab),
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
