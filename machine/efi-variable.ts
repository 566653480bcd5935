import type { ReadIo } from '../common/system/io.ts';

/** The vendor of variables of boot loaders: systemd's Boot Loader Interface. */
const loaderVendor = '4a67b082-0a4c-41cf-b6c7-440b29bb8c4f';

/** efivarfs puts four bytes of attributes in front (Linux Documentation/filesystems/efivarfs.rst). */
const attributeBytes = 4;

const readVariable = async (io: ReadIo, name: string) =>
  (await io.read(`/sys/firmware/efi/efivars/${name}-${loaderVendor}`).catch(() => undefined))?.subarray(attributeBytes);

/** A text that the boot loader has left, such as LoaderEntrySelected; undefined if it left none. */
export async function readLoaderText(
  io: ReadIo,
  name: 'LoaderEntrySelected' | 'LoaderEntryOneShot' | 'LoaderInfo',
): Promise<string | undefined> {
  return (await readVariable(io, name))?.toString('utf16le').split('\0')[0];
}

/** Bit 3 of LoaderFeatures: the loader knows LoaderEntryOneShot. */
const oneShotBit = 1 << 3;

/** True if the loader that started this machine takes an entry for the next start alone. */
export async function takesOneShot(io: ReadIo): Promise<boolean> {
  const features = await readVariable(io, 'LoaderFeatures');
  return features !== undefined && features.length >= 4 && (features.readUInt32LE(0) & oneShotBit) !== 0;
}
