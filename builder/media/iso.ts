import fs from 'node:fs/promises';
import path from 'node:path';
import type { Architecture } from '../../common/boot/architectures.ts';
import { paddedCfg } from '../../common/media/iso-settings.ts';
import { readIso } from '../../common/media/iso9660.ts';
import type { StoredFile } from '../../common/media/stored.ts';
import { emptySums, printSums, sumAll, sumsName } from '../../common/media/sums.ts';
import { markerName } from '../../common/model/medium.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Library } from '../packages/library.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { guidOf, makeEsp, mediumId } from './esp.ts';
import { grubMenu, menuOf, syslinuxMenu } from './menu.ts';
import { type Offline, offlineOn } from './offline.ts';
import { readHandle } from './read-handle.ts';
import { type MediumFile, newestSeconds, place, temporaryFolder } from './staging.ts';
import { kernelWords, type MediumServer, syslinuxFiles } from './syslinux.ts';

/** What a CD is made from; `boot` is boot/ARCH as `build boot` made it. */
export type IsoInputs = MediumServer & {
  arch: Architecture;
  localCfg: Uint8Array;
  boot: AbsPath;
  offline?: Offline | undefined;
  /** For `serve`, which gives no ISO to a machine that is installed. */
  everyTime: boolean;
};

/** LABEL= of the ISO, as blkid(8) shows it. */
export const isoLabel = 'BOEL-CD';

/** Debian's packages of these files. Their newest time is the time of the medium, so no list is empty. */
export const isoPackages: Record<Architecture, readonly string[]> = {
  amd64: ['syslinux-common', 'ipxe', 'isolinux'],
  arm64: ['shim-signed'],
};

/**
 * Makes an ISO that a BIOS (ISOLINUX; not for arm64) and UEFI (shim and grub) start as a CD, and as a disk after it was copied to a
 * stick: with an MBR, and a valid GPT whose second partition is the EFI system partition (xorrisofs(1)).
 */
export async function makeIso(context: BuildContext, library: Library, inputs: IsoInputs, to: AbsPath): Promise<void> {
  const { arch, boot, offline } = inputs;
  const id = await mediumId(boot, [...kernelWords(inputs), ...(offline ? [offline.digest] : [])]);
  const marker = `/${markerName(id)}`;
  const menu = menuOf({ ...inputs, id });
  const bios = arch === 'amd64' ? await biosHalf(library, inputs, syslinuxMenu(menu)) : { files: [], options: [] };
  const seconds = await newestSeconds(library);
  await using work = await temporaryFolder(offline && path.dirname(to));
  const grub = await grubMenu(menu);
  const files: MediumFile[] = [
    ...bios.files,
    { name: 'local.cfg', content: paddedCfg(inputs.localCfg) },
    { name: marker.slice(1), content: '' },
    { name: 'boot/grub/grub.cfg', content: grub },
    ...['kernel', 'initrd.img'].map((name) => ({ name: `boot/${arch}/${name}`, from: under(boot, name) })),
    ...(offline ? offlineOn(id, offline) : []),
  ];
  const tree = under(work.path, 'iso');
  // Here without sums: xorriso changes isolinux.bin, and makes boot.cat.
  const names = [...files.map(({ name }) => name), 'boot.cat'];
  await place(tree, [...files, { name: sumsName, content: emptySums(names) }], seconds);
  const efi = under(work.path, 'efi.img');
  await makeEsp(context, { arch, file: efi, boot, grub, marker, id, seconds });
  const date = new Date(seconds * 1000).toISOString().replaceAll(/[-:T]|\..*/g, '');
  const argv = [
    ['xorriso', '-as', 'mkisofs', '-quiet', '-o', to, '-V', isoLabel, '-R'],
    [`--modification-date=${date}00`, '--gpt_disk_guid', guidOf(id)],
    ['-partition_offset', '16', '-c', 'boot.cat', ...bios.options],
    ['-append_partition', '2', '0xef', efi, '-appended_part_as_gpt'],
    ['-e', '--interval:appended_partition_2:all::', '-no-emul-boot', tree],
  ].flat() as [string, ...string[]];
  const env = { TZ: 'UTC', SOURCE_DATE_EPOCH: String(seconds) };
  await runOrFail(context, { argv, env }, `Making the ISO ${to}`);
  await fillSums(to);
}

/** What a BIOS needs of an ISO: the files of ISOLINUX, and options of xorriso. */
async function biosHalf(library: Library, inputs: IsoInputs, menu: string) {
  const [isolinux, common] = await Promise.all([library.open('isolinux'), library.open('syslinux-common')]);
  const files: MediumFile[] = [
    ...(await syslinuxFiles(library, inputs)),
    { name: 'isolinux.bin', from: under(isolinux.root, '/usr/lib/ISOLINUX/isolinux.bin') },
    { name: 'ldlinux.c32', from: under(common.root, '/usr/lib/syslinux/modules/bios/ldlinux.c32') },
    { name: 'medium.cfg', content: menu },
  ];
  const options = [
    ['-isohybrid-mbr', under(isolinux.root, '/usr/lib/ISOLINUX/isohdpfx.bin'), '--mbr-force-bootable'],
    ['-b', 'isolinux.bin', '-no-emul-boot', '-boot-load-size', '4', '-boot-info-table', '-eltorito-alt-boot'],
  ].flat();
  return { files, options };
}

/** Writes the sums of all files of an ISO into its SHA256SUMS, which has the right length already. */
async function fillSums(at: AbsPath): Promise<void> {
  await using file = await fs.open(at, 'r+');
  const read = readHandle(file);
  const files = (await readIso(read))?.files ?? new Map<string, StoredFile>();
  const text = Buffer.from(printSums(await sumAll(read, files.values())));
  const to = files.get(sumsName);
  const [extent] = to?.extents ?? [];
  if (!to || !extent || to.bytes !== text.length) throw new Error(`${at} holds other files than were put on it`);
  await file.write(text, 0, text.length, extent.offset);
}
