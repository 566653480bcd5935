import { UserError } from '../../common/system/errors.ts';
import type { Argv, ReadIo } from '../../common/system/io.ts';
import { programFailed } from '../../common/system/steps/run.ts';

/** The Debian package of each program that is asked for; elsewhere the names are the same or near. */
const packages: Record<string, string> = {
  lsblk: 'util-linux',
  sfdisk: 'fdisk',
  df: 'coreutils',
  lvs: 'lvm2',
  mdadm: 'mdadm',
  dumpe2fs: 'e2fsprogs',
  xfs_info: 'xfsprogs',
  rsync: 'rsync',
};

/** Output of a program that only reads; UserError names the package where it is missing. */
export async function ask(io: ReadIo, argv: Argv, ok: readonly number[] = [0]): Promise<string> {
  const exit = await askRaw(io, argv);
  if (!ok.includes(exit.code)) throw programFailed(exit, 'Read the disks of this machine');
  return exit.stdout;
}

/** Runs a program that only reads, however it ends. */
export async function askRaw(io: ReadIo, argv: Argv) {
  try {
    return await io.run({ argv });
  } catch (cause) {
    throw new UserError(
      `${argv[0]} is not on this machine`,
      `Install it; its Debian package is ${packages[argv[0]] ?? argv[0]}.`,
      { cause },
    );
  }
}
