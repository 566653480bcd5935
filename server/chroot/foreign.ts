import { ownArchitecture } from '../../common/boot/architectures.ts';
import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import type { Io } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { elfMachine, runsOn } from '../../install/boot-files/kernel-file.ts';

/** The head of a program in ELF (elf(5), Elf64_Ehdr). */
const headBytes = 64;
const limitMs = 30_000;

/** Refuses an image whose programs, such as its shell, this machine cannot start. */
export async function refuseForeign(io: Io, image: string, tree: AbsPath, shell: AbsPath): Promise<void> {
  const machine = elfMachine((await inside(io, tree).readPart(shell, 0, headBytes)) ?? Buffer.alloc(0));
  if (machine === undefined || runsOn(machine, process.arch)) return;
  // The kernel may start such programs by qemu-user: Documentation/admin-guide/binfmt-misc.rst.
  const { code } = await io.run({ argv: [shell, '-c', ':'], chroot: tree, limitMs });
  if (code === 0) return;
  throw new UserError(
    `image ${image} has programs for processors of the kind ${machine}, and this machine is ${ownArchitecture()}`,
    'Install qemu-user-static, by which this machine starts such programs, and run: systemctl restart systemd-binfmt',
  );
}
