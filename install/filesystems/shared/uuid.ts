import { isGuid } from '../../../common/model/layout/part-type.ts';

/** A random UUID (RFC 9562, version 4) from 16 random bytes, in small letters. */
export function formatUuid(random: Uint8Array): string {
  const bytes = Buffer.from(random.subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The notation of most filesystems. */
export const dceUuid = { formatUuid, isUuid: isGuid };
