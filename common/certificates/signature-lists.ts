import { UserError } from '../system/errors.ts';
import { certificateNames } from './names.ts';

/** EFI_CERT_X509_GUID (UEFI specification 2.10, 32.4.1) as its bytes. */
const x509 = 'a159c0a5e494a74a87b5ab155c2bf072';

const headBytes = 28;
const ownerBytes = 16;

/**
 * The subjects of the certificates in EFI_SIGNATURE_LISTs, such as `db` (UEFI specification 2.10, 32.4.1). Lists of hashes are passed
 * over. UserError if a list does not fit.
 */
export function parseSignatureLists(bytes: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [list, head, size] =
      at + headBytes <= bytes.length ? [16, 20, 24].map((field) => bytes.readUInt32LE(at + field)) : [];
    const isWhole = list !== undefined && head !== undefined && size !== undefined && list >= headBytes + head;
    if (!isWhole || at + list > bytes.length || size < ownerBytes)
      throw new UserError(
        `the list of certificates of the firmware is damaged at byte ${at}`,
        'Look at the keys of Secure Boot in the setup of the firmware.',
      );
    if (bytes.toString('hex', at, at + 16) === x509)
      for (let one = at + headBytes + head; one + size <= at + list; one += size)
        names.push(certificateNames(bytes.subarray(one + ownerBytes, one + size))?.subject ?? 'a damaged certificate');
    at += list;
  }
  return names;
}
