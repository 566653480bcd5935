import { copyFile, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commonWords } from '../../common/boot/command-line.ts';
import { run } from '../boot/harness/processes.ts';
import { boel } from './boel.ts';
import { goldenDisk, goldenPlaces } from './golden-disk.ts';

const modules = [
  'normal',
  'linux',
  'search',
  'search_fs_file',
  'part_gpt',
  'ext2',
  'fat',
  'echo',
  'configfile',
  'serial',
];
const sectorBytes = 512;

/** A program of grub's for the golden disk, made by the tree's own grub. */
async function grubImage(dir: string, tree: string, platform: string, more: readonly string[]): Promise<string> {
  const image = path.join(dir, `grub-${platform}`);
  const libraries = `${tree}/usr/lib/x86_64-linux-gnu`;
  const program = [`${libraries}/ld-linux-x86-64.so.2`, '--library-path', libraries, `${tree}/usr/bin/grub-mkimage`];
  const folder = ['-d', `${tree}/usr/lib/grub/${platform}`, '-O', platform, '-p', '(hd0,gpt3)/boot/grub'];
  await run([...program, ...folder, '-o', image, ...modules, ...more] as [string, ...string[]]);
  return image;
}

/** Puts grub where a BIOS and where UEFI look. grub-bios-setup would do the same, but asks for a real disk. */
async function installGrub(dir: string, tree: string, disk: string): Promise<void> {
  const core = await readFile(await grubImage(dir, tree, 'i386-pc', ['biosdisk']));
  const boot = await readFile(path.join(tree, 'usr/lib/grub/i386-pc/boot.img'));
  const { biosBoot, efi } = goldenPlaces;
  // Where boot.img finds the first sector of core.img, and this sector the others (grub's boot.S and diskboot.S).
  boot.writeBigUInt64LE(BigInt(biosBoot / sectorBytes), 0x5c);
  core.writeBigUInt64LE(BigInt(biosBoot / sectorBytes + 1), 0x1f4);
  const handle = await open(disk, 'r+');
  await handle.write(boot, 0, 440, 0);
  await handle.write(core, 0, core.length, biosBoot);
  await handle.close();
  const program = await grubImage(dir, tree, 'x86_64-efi', []);
  const esp = `${disk}@@${efi}`;
  await run(['mmd', '-i', esp, '::/EFI', '::/EFI/BOOT']);
  await run(['mcopy', '-i', esp, program, '::/EFI/BOOT/BOOTX64.EFI']);
}

/**
 * The disk of a machine that runs the system in `tree`, and starts BOEL next time: kernel and initrd beside the kernels of the
 * system, an entry of grub, and a local.cfg in the root.
 */
export async function boelDisk(
  dir: string,
  tree: string,
  size: string,
  localCfg: string,
  append = '',
): Promise<string> {
  const { kernel, initrd } = await boel();
  const copy = path.join(dir, 'running');
  await run(['cp', '-al', tree, copy], { limitMs: 300_000 });
  const folder = path.join(copy, 'boot/boel');
  await mkdir(folder);
  await copyFile(kernel, path.join(folder, 'kernel'));
  await copyFile(initrd, path.join(folder, 'initrd.img'));
  await writeFile(path.join(copy, 'local.cfg'), localCfg);
  await mkdir(path.join(copy, 'boot/grub'), { recursive: true });
  const menu = path.join(copy, 'boot/grub/grub.cfg');
  await rm(menu, { force: true });
  await writeFile(
    menu,
    `serial
terminal_output console serial
set default=boel
set timeout=1
menuentry 'BOEL' --id boel {
	search --no-floppy --file --set=root /boot/boel/kernel
	echo 'grub of the disk starts BOEL'
	linux /boot/boel/kernel ${commonWords(append).join(' ')}
	initrd /boot/boel/initrd.img
}
`,
  );
  const disk = await goldenDisk(dir, copy, size);
  await rm(copy, { recursive: true });
  await installGrub(dir, tree, disk);
  return disk;
}
