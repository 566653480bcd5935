import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { type Gpt, type GptPartition, partitionTypes, printGpt } from '../../common/media/gpt.ts';
import { markerName } from '../../common/model/medium.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Library } from '../packages/library.ts';
import type { BuildContext } from '../run.ts';
import { espKib, guidOf, makeEsp, mediumId } from './esp.ts';
import { type FatWish, makeFat, roomBytes } from './fat.ts';
import { grubMenu, menuOf, syslinuxMenu } from './menu.ts';
import { type Offline, offlineOn } from './offline.ts';
import type { Piece } from './pieces.ts';
import { fileBytes, type MediumFile, newestSeconds, place } from './staging.ts';
import { kernelWords, type MediumServer, syslinuxFiles } from './syslinux.ts';

/** What a stick is made from; `boot` is boot/amd64 as `build boot` made it, `bytes` the size of the stick. */
export type UsbInputs = MediumServer & {
  localCfg: Uint8Array;
  boot: AbsPath;
  sectorBytes: 512 | 4096;
  bytes: number;
  offline?: Offline | undefined;
};

/** Debian's packages of these files. */
export const usbPackages = ['syslinux-common', 'ipxe'] as const;

const mib = 1024 * 1024;

/** Bit 2 of the attributes of a partition makes gptmbr.bin of SYSLINUX start it (UEFI specification, table 5.4). */
const startsByBios = 4n;

/** The size of the partition with kernel and initrd in MiB: with room for larger ones, and for files of people. */
const dataMib = async (boot: AbsPath): Promise<number> => {
  const files = ['kernel', 'initrd.img'].map((name) => ({ name, from: under(boot, name) }));
  return Math.ceil((await fileBytes(files)).reduce((sum, one) => sum + one, 0) / mib) + 64;
};
const imagesMib = async (files: readonly MediumFile[], sectorBytes: number): Promise<number> =>
  Math.ceil(roomBytes(await fileBytes(files), sectorBytes) / mib);

/** The bytes that a stick needs at least: 1 MiB before the partitions and 1 MiB behind them. */
export async function usbBytes(boot: AbsPath, sectorBytes: number, offline?: Offline): Promise<number> {
  return (
    (2 + (await dataMib(boot)) + espKib / 1024 + (offline ? await imagesMib(offline.files, sectorBytes) : 0)) * mib
  );
}

/** A partition to make: `make` writes its content into a file. */
type Part = Pick<GptPartition, 'type' | 'name' | 'attributes'> & {
  mib: number;
  make: (file: AbsPath, partition: FatWish['partition']) => Promise<unknown>;
};

/**
 * Makes the pieces of a stick in the folder `work`: a GPT whose first partition is a FAT that every computer opens, with local.cfg,
 * kernel, initrd and SYSLINUX, whose second is the EFI system partition, and whose third holds images, if there are any. With sectors
 * of 4096 bytes, only UEFI starts the stick.
 */
export async function makeUsb(
  context: BuildContext,
  library: Library,
  inputs: UsbInputs,
  work: AbsPath,
): Promise<Piece[]> {
  const { boot, sectorBytes, bytes, offline } = inputs;
  const common = await library.open('syslinux-common');
  const seconds = await newestSeconds(library);
  const words = [...kernelWords(inputs), ...(offline ? [offline.digest] : [])];
  const id = await mediumId(boot, ['stick', String(sectorBytes), ...words]);
  const about: About = { id, seconds, sectorBytes, boot };
  const menu = menuOf({ ...inputs, id });
  const marker = `/${markerName(id)}`;
  const grub = await grubMenu(menu);
  const files: MediumFile[] = [
    ...(await syslinuxFiles(library, inputs)),
    { name: 'medium.cfg', content: syslinuxMenu(menu) },
    { name: 'local.cfg', content: inputs.localCfg },
    { name: marker.slice(1), content: '' },
    ...['kernel', 'initrd.img'].map((name) => ({ name: `boot/amd64/${name}`, from: under(boot, name) })),
  ];
  const parts: Part[] = [
    await dataPart(context, about, files, work),
    {
      type: partitionTypes.esp,
      name: 'BOEL UEFI',
      mib: espKib / 1024,
      make: (file, partition) => makeEsp(context, { arch: 'amd64', file, boot, grub, marker, id, seconds, partition }),
    },
    ...(offline ? [await imagesPart(context, about, offlineOn(id, offline), work)] : []),
  ];
  const { partitions, pieces } = await placeParts(parts, about, work);
  const gpt: Gpt = { sectorBytes, sectors: Math.floor(bytes / sectorBytes), guid: guidOf(id), partitions };
  const mbrAt = under(common.root, '/usr/lib/syslinux/mbr/gptmbr.bin');
  const { head, tail } = printGpt(gpt, sectorBytes === 512 ? await fs.readFile(mbrAt) : undefined);
  // Zeros up to the first partition: what a stick held there before would still be recognised, as ISO 9660 is.
  const first = Buffer.alloc(mib);
  head.copy(first);
  return [{ offset: 0, content: first }, ...pieces, { offset: gpt.sectors * sectorBytes - tail.length, content: tail }];
}

type About = { id: string; seconds: number; sectorBytes: 512 | 4096; boot: AbsPath };

async function dataPart(
  context: BuildContext,
  { id, seconds, sectorBytes, boot }: About,
  files: readonly MediumFile[],
  work: AbsPath,
): Promise<Part> {
  const boots = sectorBytes === 512;
  const size = await dataMib(boot);
  const fat = { kib: size * 1024, label: 'BOEL-USB', serial: id.slice(8, 16), seconds, boots };
  return {
    type: partitionTypes.data,
    name: 'BOEL',
    attributes: boots ? startsByBios : 0n,
    mib: size,
    make: async (file, partition) =>
      makeFat(context, { ...fat, file, partition, files: await place(under(work, 'files'), files, seconds) }),
  };
}

/** Its type is one of Linux, so that Windows and macOS do not show the partition. */
async function imagesPart(
  context: BuildContext,
  { id, seconds, sectorBytes }: About,
  files: readonly MediumFile[],
  work: AbsPath,
): Promise<Part> {
  const size = await imagesMib(files, sectorBytes);
  const fat = { kib: size * 1024, label: 'BOEL-IMAGES', serial: id.slice(16, 24), seconds, boots: false };
  const tree = under(work, 'offline');
  return {
    type: partitionTypes.linux,
    name: 'BOEL images',
    mib: size,
    make: async (file, partition) => {
      await makeFat(context, { ...fat, file, partition, files: await place(tree, files, seconds) });
      // So that the images need room twice on this machine, and not three times.
      await fs.rm(tree, { recursive: true });
    },
  };
}

/** Makes the contents of partitions that lie one behind the other, from the first MiB on. */
async function placeParts(
  parts: readonly Part[],
  { id, sectorBytes }: About,
  work: AbsPath,
): Promise<{ partitions: GptPartition[]; pieces: Piece[] }> {
  const guid = (what: string) => guidOf(createHash('sha256').update(`${id} ${what}`).digest('hex').slice(0, 24));
  const partitions: GptPartition[] = [];
  const pieces: Piece[] = [];
  let first = mib / sectorBytes;
  for (const [at, { make, mib: size, ...about }] of parts.entries()) {
    const file = under(work, `partition-${at + 1}.img`);
    await make(file, { sectorBytes, before: first });
    const next = first + (size * mib) / sectorBytes;
    partitions.push({ ...about, guid: guid(about.name), first, last: next - 1 });
    pieces.push({ offset: first * sectorBytes, from: file });
    first = next;
  }
  return { partitions, pieces };
}
