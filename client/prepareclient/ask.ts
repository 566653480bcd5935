import { UserError } from '../../common/system/errors.ts';
import type { Argv, Exit, ReadIo } from '../../common/system/io.ts';
import { programFailed } from '../../common/system/steps/run.ts';

/** The Debian package of each program; other distributions use the same or similar names. */
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

/** The output of a read-only program. UserError names the package of a missing program, and gives `hint` for a failed one. */
export async function ask(io: ReadIo, argv: Argv, ok: readonly number[] = [0], hint?: string): Promise<string> {
  const exit = await askRaw(io, argv);
  if (!ok.includes(exit.code)) throw programFailed(exit, 'Read the disks of this machine', hint);
  return exit.stdout;
}

/** A tool may wait for a lost disk or for a lock; on a healthy machine no tool takes this long. */
const limitMs = 120_000;

/** Runs a read-only program, and accepts every exit code. */
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

/** Parses the JSON that a program printed; undefined if the text is no JSON, for example because the program died. */
export function readJson(text: string, reviver?: (key: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    return undefined;
  }
}
