import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { type Gpt, partitionTypes, printGpt } from '../../common/media/gpt.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Library } from '../packages/library.ts';
import type { BuildContext } from '../run.ts';
import { espKib, guidOf, makeEsp, mediumGrub, mediumId } from './esp.ts';
import { makeFat } from './fat.ts';
import { isoMenu } from './iso.ts';
import type { Piece } from './pieces.ts';
import { type MediumFile, newestSeconds, place } from './staging.ts';
import { kernelWords, type MediumServer, syslinuxFiles } from './syslinux.ts';

/** What a stick is made from; `boot` is boot/amd64 as `build boot` made it, `bytes` the size of the stick. */
export type UsbInputs = MediumServer & {
  localCfg: Uint8Array;
  boot: AbsPath;
  sectorBytes: 512 | 4096;
  bytes: number;
};

/** Debian's packages of these files. */
export const usbPackages = ['syslinux-common', 'ipxe'] as const;

const mib = 1024 * 1024;

/** Sectors of a partition: bits 2 of its attributes makes gptmbr.bin of SYSLINUX start it (UEFI specification, table 5.4). */
const startsByBios = 4n;

/** The size of the partition with kernel and initrd in MiB: with room for larger ones, and for files of people. */
async function dataMib(boot: AbsPath): Promise<number> {
  const sizes = await Promise.all(
    ['kernel', 'initrd.img'].map(async (name) => (await fs.stat(under(boot, name))).size),
  );
  return Math.ceil(sizes.reduce((sum, one) => sum + one, 0) / mib) + 64;
}

/** The bytes that a stick needs at least: 1 MiB before the partitions and 1 MiB behind them. */
export const usbBytes = async (boot: AbsPath): Promise<number> => (2 + (await dataMib(boot)) + espKib / 1024) * mib;

/**
 * Makes the pieces of a stick in the folder `work`: a GPT whose first partition is a FAT that every computer opens, with local.cfg,
 * kernel, initrd and SYSLINUX, and whose second is the EFI system partition. With sectors of 4096 bytes, only UEFI starts the stick.
 */
export async function makeUsb(
  context: BuildContext,
  library: Library,
  inputs: UsbInputs,
  work: AbsPath,
): Promise<Piece[]> {
  const { boot, sectorBytes, bytes } = inputs;
  const words = kernelWords(inputs);
  const common = await library.open('syslinux-common');
  const seconds = await newestSeconds(library);
  const id = await mediumId(boot, ['stick', String(sectorBytes), ...words]);
  const marker = `/boel-${id}`;
  const grub = await mediumGrub(marker, words);
  const files: MediumFile[] = [
    ...(await syslinuxFiles(library, inputs)),
    { name: 'medium.cfg', content: isoMenu(words) },
    { name: 'local.cfg', content: inputs.localCfg },
    { name: marker.slice(1), content: '' },
    ...['kernel', 'initrd.img'].map((name) => ({ name: `boot/amd64/${name}`, from: under(boot, name) })),
  ];
  const [tree, data, efi] = ['files', 'data.img', 'efi.img'].map((name) => under(work, name)) as [
    AbsPath,
    AbsPath,
    AbsPath,
  ];
  await place(tree, files, seconds);
  const sizeMib = await dataMib(boot);
  const start = mib / sectorBytes;
  const espAt = start + (sizeMib * mib) / sectorBytes;
  await makeFat(context, {
    file: data,
    kib: sizeMib * 1024,
    label: 'BOEL-USB',
    serial: id.slice(8, 16),
    seconds,
    files: (await fs.readdir(tree)).toSorted().map((name) => under(tree, name)),
    boots: sectorBytes === 512,
    partition: { sectorBytes, before: start },
  });
  await makeEsp(context, {
    arch: 'amd64',
    file: efi,
    boot,
    grub,
    marker,
    id,
    seconds,
    partition: { sectorBytes, before: espAt },
  });
  const guid = (what: string) => guidOf(createHash('sha256').update(`${id} ${what}`).digest('hex').slice(0, 24));
  const gpt: Gpt = {
    sectorBytes,
    sectors: Math.floor(bytes / sectorBytes),
    guid: guidOf(id),
    partitions: [
      {
        type: partitionTypes.data,
        guid: guid('data'),
        name: 'BOEL',
        first: start,
        last: espAt - 1,
        attributes: sectorBytes === 512 ? startsByBios : 0n,
      },
      {
        type: partitionTypes.esp,
        guid: guid('esp'),
        name: 'BOEL UEFI',
        first: espAt,
        last: espAt + (espKib * 1024) / sectorBytes - 1,
      },
    ],
  };
  const mbrAt = under(common.root, '/usr/lib/syslinux/mbr/gptmbr.bin');
  const { head, tail } = printGpt(gpt, sectorBytes === 512 ? await fs.readFile(mbrAt) : undefined);
  // Zeros up to the first partition: what a stick held there before would still be recognised, as ISO 9660 is.
  const first = Buffer.alloc(mib);
  head.copy(first);
  return [
    { offset: 0, content: first },
    { offset: start * sectorBytes, from: data },
    { offset: espAt * sectorBytes, from: efi },
    { offset: gpt.sectors * sectorBytes - tail.length, content: tail },
  ];
}
