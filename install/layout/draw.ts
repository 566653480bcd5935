import { createHash } from 'node:crypto';

/** Random bytes for one purpose. */
export type Draw = (purpose: string) => Uint8Array;

/**
 * Draws from one random seed by name, so that a plan stays a function of its facts, and the value for one partition does
 * not depend on the other partitions.
 */
export function drawFrom(seed: Uint8Array): Draw {
  return (purpose) => createHash('sha256').update(seed).update('\0').update(purpose).digest();
}

/** A disk identifier of a dos table, as sfdisk(8) shows it; never 0, which means none. */
export function drawDosId(random: Uint8Array): string {
  const id = Buffer.from(random).readUInt32BE(0) || 1;
  return `0x${id.toString(16).padStart(8, '0')}`;
}

/** The UUID of an md array, as mdadm(8) shows it. */
export function drawArrayUuid(random: Uint8Array): string {
  return (Buffer.from(random.subarray(0, 16)).toString('hex').match(/.{8}/g) ?? []).join(':');
}
