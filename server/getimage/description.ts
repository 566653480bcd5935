import { goldenFiles } from '../../common/model/golden-files.ts';
import { parseMountedFilesystems } from '../../common/model/mounted.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { revealText } from '../../common/system/step.ts';
import { programFailed } from '../../common/system/steps/run.ts';
import { GoldenRecord } from '../../common/model/storage.ts';
import { captureHints, rsyncSource, type Source } from './source.ts';
import { rsyncPattern } from '../../install/transports/rsync-daemon.ts';

type Mount = NonNullable<GoldenRecord['mounts']>[number];

/** A mount of the golden client; a classic prepareclient does not tell its device number. */
export type GoldenMount = Omit<Mount, 'devno'> & Partial<Pick<Mount, 'devno'>>;

/** What prepareclient wrote down, as far as a capture needs it. */
export type Description = {
  hostname: string;
  mounts: GoldenMount[];
  fstab: string;
  excludedDirs: GoldenRecord['excludedDirs'];
  /** Empty if it is not known. */
  used: GoldenRecord['used'];
  /** Lines of the golden client's /etc/systemimager/getimage.exclude, and its swap files. */
  excludes: string[];
  /** Names in capture.d, if the script that runs the hooks is there. */
  hooks: string[];
};

/** The only files of /etc that are read: the golden client may be an image server, with kernels in /etc/systemimager. */
const wanted = [
  '/fstab',
  '/systemimager/',
  '/systemimager/mounted_filesystems',
  '/systemimager/storage.json',
  '/systemimager/getimage.exclude',
  '/systemimager/capture-hooks',
  '/systemimager/capture.d/',
  '/systemimager/capture.d/*',
];
/** Far more than any machine has to tell: a golden client must not be able to fill this server's disk. */
const mostBytes = '64m';

/** Fetches the description into `dir`, which is emptied first. */
export async function fetchDescription(
  io: Io,
  source: Source,
  dir: AbsPath,
  signal: AbortSignal,
): Promise<Description> {
  await io.remove(dir);
  await io.mkdir(dir, { mode: 0o700 });
  const { options, from, stdin, env } = rsyncSource(source, '/etc/');
  const exit = await io.run(
    {
      argv: [
        'rsync',
        '-rL',
        '--no-human-readable',
        '--timeout=60',
        `--max-size=${mostBytes}`,
        ...options,
        ...wanted.map((name) => `--include=${name}`),
        '--exclude=*',
        from,
        `${dir}/`,
      ],
      env,
      stdin: stdin === undefined ? undefined : revealText(stdin),
    },
    { signal },
  );
  signal.throwIfAborted();
  if (exit.code !== 0)
    throw programFailed(exit, `Read what prepareclient wrote down on ${source.host}`, captureHints(source)[exit.code]);
  const text = async (path: string) => {
    const at = under(dir, path.replace(/^\/etc\//, ''));
    // A directory of that name counts as a missing file.
    return (await io.lstat(at))?.kind === 'file' ? io.readText(at) : undefined;
  };
  const mounted = await text(goldenFiles.mounted);
  if (mounted === undefined)
    throw new UserError(
      `${source.host} has no ${goldenFiles.mounted}`,
      `Run prepareclient on ${source.host} first (${source.kind === 'ssh' ? 'with --no-rsyncd' : 'with --server'}).`,
    );
  return describe({
    mounted,
    storage: await text(goldenFiles.storage),
    fstab: (await text('/etc/fstab')) ?? '',
    excludes: (await text(`${goldenFiles.dir}/getimage.exclude`)) ?? '',
    hooks:
      (await text(goldenFiles.hooksRunner)) === undefined
        ? []
        : ((await io.list(under(dir, 'systemimager/capture.d'))) ?? []),
    host: source.host,
  });
}

/** Reads the fetched texts. */
export function describe(texts: {
  mounted: string;
  storage: string | undefined;
  fstab: string;
  excludes: string;
  hooks?: string[];
  host: string;
}): Description {
  const storage = readStorage(texts.storage, texts.host);
  const classic = parseMountedFilesystems(texts.mounted).map((one) => ({ ...one, root: '/' }));
  const mounts = storage?.mounts ?? classic;
  if (!mounts.some((one) => one.dir === '/'))
    throw new UserError(
      `${goldenFiles.mounted} of ${texts.host} names no filesystem on /`,
      'Run prepareclient there again.',
    );
  const lines = texts.excludes.split('\n').map((line) => line.trim());
  return {
    hostname: storage?.hostname || texts.host,
    mounts,
    fstab: texts.fstab,
    excludedDirs: storage?.excludedDirs ?? [],
    used: storage?.used ?? [],
    hooks: (texts.hooks ?? []).filter((name) => /^\d\d-/.test(name)),
    excludes: [
      ...lines.filter((line) => line !== '' && !line.startsWith('#')),
      ...(storage?.swapFiles ?? []).map((one) => rsyncPattern(one.path)),
    ],
  };
}

function readStorage(text: string | undefined, host: string): GoldenRecord | undefined {
  if (text === undefined) return undefined;
  try {
    return GoldenRecord.parse(JSON.parse(text));
  } catch (cause) {
    throw new UserError(`${goldenFiles.storage} of ${host} does not read`, 'Run prepareclient there again.', { cause });
  }
}
