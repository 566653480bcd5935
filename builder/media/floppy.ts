import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { markerName } from '../../common/model/medium.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Library } from '../packages/library.ts';
import type { BuildContext } from '../run.ts';
import { mediumId } from './esp.ts';
import { floppySizes, makeFat } from './fat.ts';
import { menuOf, syslinuxMenu } from './menu.ts';
import { type MediumFile, newestSeconds, place, sumsOf } from './staging.ts';
import { kernelWords, type MediumServer, syslinuxFiles } from './syslinux.ts';

/** What a floppy is made from; `boot` is boot/amd64 as `build boot` made it, if the floppy shall hold kernel and initrd themselves. */
export type FloppyInputs = MediumServer & { kib: number; localCfg: Uint8Array; boot: AbsPath | undefined };

/** A floppy asks the image server by default, which knows whether the machine is installed: it may stay in the drive. */
const mediumCfg = `# The labels of a floppy. All load kernel and initrd from the image server.
DEFAULT net

# Install now, whatever the image server says.
LABEL install
	COM32 lua.c32
	APPEND net.lua install

# Open a shell of BOEL, and install nothing.
LABEL rescue
	COM32 lua.c32
	APPEND net.lua rescue
`;

/** Reads --size in KiB: that of a floppy, or any for a superfloppy. */
export function readFloppySize(text: string, isSuper: boolean): number {
  const kib = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (isSuper ? kib > 0 : floppySizes.some((one) => one === kib)) return kib;
  throw new UserError(
    `--size ${text} is no size of a ${isSuper ? 'superfloppy' : 'floppy'}`,
    isSuper
      ? 'Give a number of KiB, as 98304.'
      : `Give ${floppySizes.join(' or ')}; any other size needs --superfloppy.`,
  );
}

/** The kernel and the initrd of BOEL. */
const bootFiles = ['kernel', 'initrd.img'] as const;

/** The size of a superfloppy in KiB: as `wished`, if kernel, initrd and 8 MiB for all else fit there. */
export async function superfloppyKib(boot: AbsPath, wished: number | undefined): Promise<number> {
  const sizes = await Promise.all(bootFiles.map(async (name) => (await fs.stat(under(boot, name))).size));
  const needed = (Math.ceil(sizes.reduce((sum, one) => sum + one, 0) / 1024 ** 2) + 8) * 1024;
  if (wished === undefined || wished >= needed) return wished ?? needed;
  throw new UserError(
    `a superfloppy with this kernel and initrd needs ${needed} KiB, and --size is ${wished}`,
    `Give ${needed} or more, or leave --size away. mkautoinstalldiskette without --superfloppy loads both from the server.`,
  );
}

/**
 * Makes the image of a floppy in the folder `work`: a FAT that a BIOS starts by SYSLINUX, without a table of partitions. Gives the
 * file, and how many bytes of the FAT are free.
 */
export async function makeFloppy(
  context: BuildContext,
  library: Library,
  inputs: FloppyInputs,
  work: AbsPath,
): Promise<{ file: AbsPath; freeBytes: number }> {
  const { boot } = inputs;
  const files: MediumFile[] = [
    ...(await syslinuxFiles(library, inputs)),
    { name: 'local.cfg', content: inputs.localCfg },
    ...(boot ? await ownBoot(inputs, boot) : [{ name: 'medium.cfg', content: mediumCfg }]),
  ];
  const seconds = await newestSeconds(library);
  const sums = JSON.stringify(await sumsOf(files));
  const file = under(work, 'floppy.img');
  const freeBytes = await makeFat(context, {
    file,
    kib: inputs.kib,
    label: boot ? 'BOEL-SUPER' : 'BOEL-FLOPPY',
    serial: createHash('sha256').update(sums).digest('hex').slice(0, 8),
    seconds,
    files: await place(under(work, 'files'), files, seconds),
    boots: true,
  });
  return { file, freeBytes };
}

/** Kernel and initrd with their menu, and the marker by which BOEL knows the medium that has installed a machine. */
async function ownBoot(inputs: FloppyInputs, boot: AbsPath): Promise<MediumFile[]> {
  const id = await mediumId(boot, ['superfloppy', ...kernelWords(inputs)]);
  return [
    { name: 'medium.cfg', content: syslinuxMenu(menuOf({ ...inputs, id })) },
    { name: markerName(id), content: '' },
    ...bootFiles.map((name) => ({ name: `boot/amd64/${name}`, from: under(boot, name) })),
  ];
}
