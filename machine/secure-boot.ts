import { parseSignatureLists } from '../common/certificates/signature-lists.ts';
import type { SecureBoot } from '../common/model/secure-boot.ts';
import { UserError } from '../common/system/errors.ts';
import type { ReadIo } from '../common/system/io.ts';
import { type AbsPath, under } from '../common/system/place.ts';

const variables: AbsPath = '/sys/firmware/efi/efivars';
/** EFI_GLOBAL_VARIABLE and EFI_IMAGE_SECURITY_DATABASE_GUID (UEFI specification 2.10, 3.3 and 32.4.1). */
const names = {
  enforced: 'SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c',
  trusted: 'db-d719b2cb-3d3a-4596-a3bc-dad00e67656f',
} as const;

/** A file of efivarfs begins with the attributes of the variable (Linux Documentation/filesystems/efivarfs.rst). */
const attributeBytes = 4;

/** Whether the firmware enforces Secure Boot, and which certificates the firmware trusts; undefined without UEFI. */
export async function probeSecureBoot(io: Pick<ReadIo, 'read' | 'list'>): Promise<SecureBoot | undefined> {
  if (!(await io.list(variables))) return undefined;
  const read = async (name: string) =>
    Buffer.from((await io.read(under(variables, name)).catch(() => undefined)) ?? []).subarray(attributeBytes);
  const enforced = (await read(names.enforced))[0] === 1;
  try {
    return { enforced, trusts: parseSignatureLists(await read(names.trusted)) };
  } catch (error) {
    if (error instanceof UserError) return { enforced, trusts: [], problem: error.message };
    throw error;
  }
}

/** What shim trusts besides the firmware: the keys of the machine's owner (MOK), and the key that shim's vendor built in (shim, README.tpm). */
const shimList: AbsPath = under(variables, 'MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23');

/** The certificates that shim trusts; empty if shim did not start this machine. */
export async function probeShimTrust(io: Pick<ReadIo, 'read'>): Promise<string[]> {
  const bytes = Buffer.from((await io.read(shimList).catch(() => undefined)) ?? []).subarray(attributeBytes);
  try {
    return parseSignatureLists(bytes);
  } catch {
    return [];
  }
}
