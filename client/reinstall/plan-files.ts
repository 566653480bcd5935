import { packCpio, withFolders } from '../../common/boot/cpio.ts';
import { type CarriedEntry, carriedEntryFile } from '../../common/model/carried-entry.ts';
import type { ServerAddress } from '../../common/model/server-address.ts';
import { printSums, sumsName } from '../../common/media/sums.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { textOf } from '../../common/system/text.ts';
import type { BootEntry } from '../../install/boot-entries/boot-entry.ts';
import { rsync } from '../../install/transports/rsync.ts';
import { type BoelFile, boelFiles, type ServerFiles } from './server-files.ts';

/** Names in the folder of kernel and initrd; firmware may want the ending of a program. */
const names: Record<BoelFile, string> = { kernel: 'kernel.efi', 'initrd.img': 'initrd.img' };
const settingsName = 'settings.img';

/** What comes from the server, until its sums have been checked. */
const fresh = (folder: AbsPath): AbsPath => under(folder, '.new');
export const freshFile = (folder: AbsPath, name: BoelFile): AbsPath => under(fresh(folder), name);

/** The initrd beside BOEL's own: local.cfg, so that no disk is read to find it, and the note on the entry. */
export async function settingsImage(cfg: string, carried: CarriedEntry): Promise<string> {
  const file = (at: AbsPath, text: string) => ({ kind: 'file' as const, at, mode: 0o644, content: Buffer.from(text) });
  const members = [file('/local.cfg', cfg), file(carriedEntryFile, `${JSON.stringify(carried)}\n`)];
  return textOf(await packCpio(withFolders(members)));
}

/** Brings kernel and initrd beside those that may be there. */
export function planFetch(server: ServerAddress, { arch, sizes }: ServerFiles, folder: AbsPath): Step[] {
  return [
    { why: 'Remove what an interrupted order left', kind: 'remove', at: here(fresh(folder)) },
    { why: `Make ${folder}`, kind: 'mkdir', at: here(fresh(folder)), mode: 0o755 },
    rsync.tree(server, {
      why: 'Fetch kernel and initrd of the installer',
      from: `boot/${arch}`,
      root: fresh(folder),
      manner: 'bare',
      only: boelFiles,
      withoutDirs: [],
      withoutNames: [],
      totalBytes: sizes.kernel + sizes['initrd.img'],
    }),
  ];
}

/** Takes away what a fetch brought, with the folder if the folder is new. */
export const dropFetched = (folder: AbsPath, isNew: boolean): Step[] => [
  { why: 'Remove the files again', kind: 'remove', at: here(isNew ? folder : fresh(folder)) },
];

/** True if these names in a folder are files of an order. */
export const isOrderFolder = (files: readonly string[]): boolean =>
  files.some((name) => name === settingsName || `/${name}` === fresh('/'));

/** The entry for the files in the folder. */
export const entryOf = (folder: AbsPath, words: readonly string[], takesOneInitrd: boolean): BootEntry => ({
  kernel: under(folder, names.kernel),
  initrds: takesOneInitrd
    ? [under(folder, names['initrd.img'])]
    : [under(folder, names['initrd.img']), under(folder, settingsName)],
  words,
});

/** Linux looks for the next archive of an initrd at multiples of four bytes. */
const archiveBytes = 4;

/**
 * Puts the checked files into their places, one rename each. A loader that takes one initrd gets both archives in one file, as Linux
 * reads archives one after the other. `sums`: of the files as they will be, for `--check`.
 */
export function planPlace(
  folder: AbsPath,
  settings: string,
  { takesOneInitrd, sums }: { takesOneInitrd: boolean; sums: ReadonlyMap<string, string> },
): Step[] {
  const initrd = freshFile(folder, 'initrd.img');
  const settingsFile = under(folder, settingsName);
  const join: Step[] = [
    { why: 'Fill the initrd up', kind: 'run', argv: ['truncate', `--size=%${archiveBytes}`, initrd] },
    {
      why: 'Join the settings to the initrd, since the loader takes one',
      kind: 'run',
      argv: ['dd', `of=${initrd}`, 'oflag=append', 'conv=notrunc,fsync'],
      stdin: here(settingsFile),
    },
  ];
  return [
    {
      why: `Write the settings of this machine as an initrd`,
      kind: 'write',
      at: here(settingsFile),
      content: { secret: settings, as: `an archive (cpio) with /local.cfg and ${carriedEntryFile}` },
      mode: 0o600,
    },
    ...(takesOneInitrd ? join : []),
    ...boelFiles.map(
      (name): Step => ({
        why: `Put ${names[name]} into its place`,
        kind: 'rename',
        from: here(freshFile(folder, name)),
        to: here(under(folder, names[name])),
      }),
    ),
    { why: 'Remove the empty folder', kind: 'remove', at: here(fresh(folder)) },
    {
      why: 'Keep the sums for --check',
      kind: 'write',
      at: here(under(folder, sumsName)),
      content: printSums(sums),
      mode: 0o644,
    },
  ];
}

/** Names of the files in the folder, with whose sums they are. */
export const fileNames = { kernel: names.kernel, initrd: names['initrd.img'], settings: settingsName } as const;
