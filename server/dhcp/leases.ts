import { isCardMac } from '../../common/model/mac.ts';
import type { Lease, LeaseEntry } from './kind.ts';

/** The leases to make reservations of: each MAC and each address once, by its last entry in the file. */
export function currentLeases(
  entries: readonly LeaseEntry[],
  { nowMs, expired }: { nowMs: number; expired: boolean },
): { leases: Lease[]; leftOut: number } {
  // The last entry counts: it replaces earlier entries of the same address and of the same machine.
  const byIp = new Map<string, Lease>();
  for (const entry of entries) {
    byIp.delete(entry.ip);
    // Many machines say the MAC 00:00:00:00:00:00, and nobody is meant by it.
    if (entry.mac !== undefined && isCardMac(entry.mac)) byIp.set(entry.ip, entry);
  }
  const isCurrent = (lease: Lease) => lease.isHeld && lease.endsMs > nowMs;
  const byMac = new Map<string, Lease>();
  for (const lease of byIp.values()) {
    const other = byMac.get(lease.mac);
    if (!other || isCurrent(lease) || !isCurrent(other)) byMac.set(lease.mac, lease);
  }
  const all = [...byMac.values()];
  const kept = expired ? all : all.filter(isCurrent);
  return { leases: kept, leftOut: all.length - kept.length };
}
