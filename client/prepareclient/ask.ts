import { UserError } from '../../common/system/errors.ts';
import type { Argv, Exit, ReadIo } from '../../common/system/io.ts';
import { programFailed } from '../../common/system/steps/run.ts';

/** The Debian package of each program that is asked for; elsewhere the names are the same or near. */
const packages: Record<string, string> = {
  lsblk: 'util-linux',
  sfdisk: 'fdisk',
  df: 'coreutils',
  pvs: 'lvm2',
  vgs: 'lvm2',
  lvs: 'lvm2',
  mdadm: 'mdadm',
  dumpe2fs: 'e2fsprogs',
  xfs_info: 'xfsprogs',
  rsync: 'rsync',
};

/** Output of a program that only reads; UserError names the package where it is missing, and says `hint` where it fails. */
export async function ask(io: ReadIo, argv: Argv, ok: readonly number[] = [0], hint?: string): Promise<string> {
  const exit = await askRaw(io, argv);
  if (!ok.includes(exit.code)) throw programFailed(exit, 'Read the disks of this machine', hint);
  return exit.stdout;
}

/** A tool may wait for a disk that is gone or a lock that somebody holds; no healthy machine takes so long. */
const limitMs = 120_000;

/** Runs a program that only reads, however it ends. */
export async function askRaw(io: ReadIo, argv: Argv): Promise<Exit> {
  try {
    return await io.run({ argv, limitMs });
  } catch (cause) {
    throw new UserError(
      `${argv[0]} is not on this machine`,
      `Install its package: on Debian, ${packages[argv[0]] ?? argv[0]}.`,
      { cause },
    );
  }
}

/** What a program printed as JSON; undefined where it is none, as where the program died over it. */
export function readJson(text: string, reviver?: (key: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    return undefined;
  }
}
