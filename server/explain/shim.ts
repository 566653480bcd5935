import { readSignatures } from '../../common/certificates/authenticode.ts';
import type { CertificateNames } from '../../common/certificates/names.ts';
import { machineError, UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';

/** The shim of an image: the certificates of each of its signatures, or why they are not known. */
export type ShimFacts = { at: AbsPath } & ({ signatures: CertificateNames[][] } | { problem: UserError });

/** Where distributions keep the shim that firmware starts: Debian and Ubuntu, openSUSE; others directly in the EFI system partition. */
const folders: [folder: AbsPath, name: RegExp][] = [
  ['/usr/lib/shim', /^shim(x64|aa64)\.efi\.signed$/],
  ['/usr/share/efi/x86_64', /^shim\.efi$/],
  ['/usr/share/efi/aarch64', /^shim\.efi$/],
];
const esp: AbsPath = '/boot/efi/EFI';
const inEsp = /^shim(x64|aa64)?\.efi$/i;

/** Finds the shim in the image at `root`; undefined if there is none. */
export async function findShim(io: Pick<Io, 'read' | 'list'>, root: AbsPath): Promise<ShimFacts | undefined> {
  const listed = async (path: AbsPath) => ((await io.list({ root, path }).catch(() => undefined)) ?? []).toSorted();
  const vendors = (await listed(esp)).map((name): [AbsPath, RegExp] => [under(esp, name), inEsp]);
  for (const [folder, name] of [...folders, ...vendors])
    for (const found of await listed(folder)) if (name.test(found)) return readShim(io, root, under(folder, found));
  return undefined;
}

async function readShim(io: Pick<Io, 'read'>, root: AbsPath, at: AbsPath): Promise<ShimFacts | undefined> {
  try {
    const bytes = await io.read({ root, path: at });
    return bytes && { at, signatures: readSignatures(Buffer.from(bytes)) };
  } catch (error) {
    const problem = error instanceof UserError ? error : machineError(error);
    if (!problem) throw error;
    return { at, problem };
  }
}
