import { parseIpv4 } from '../../../common/model/ipv4.ts';
import { parseMac } from '../../../common/model/mac.ts';
import { UserError } from '../../../common/system/errors.ts';
import { colonBytes } from '../identity.ts';
import { type LeaseEntry, leaseHint } from '../kind.ts';

/** Columns that every version of Kea has written; more follow. */
const header = 'address,hwaddr,client_id,valid_lifetime,expire,subnet_id';
/** Lease states: 0 default, 1 declined, 2 expired and reclaimed, 3 released (Kea 2.7). */
const states = ['held', 'declined', 'free', 'free'] as const;
/** A lease for ever. */
const infinite = 0xffff_ffff;

/** True for a file of Kea's memfile backend for DHCPv4. */
export const isKeaLeaseFile = (text: string): boolean => text.startsWith(header);

function parseLine(line: string, columns: readonly string[], where: string): LeaseEntry {
  const words = line.split(',');
  const said = (name: string) => words[columns.indexOf(name)] ?? '';
  const [ip, hwaddr, lifetime, expire] = [said('address'), said('hwaddr'), said('valid_lifetime'), said('expire')];
  // The server may be writing: the line has no end yet.
  if (parseIpv4(ip) === undefined || !/^\d+$/.test(lifetime) || !/^\d+$/.test(expire))
    throw new UserError(`${where}: ${JSON.stringify(line.slice(0, 60))} is no lease of Kea`, leaseHint);
  const state = states[Number(said('state') || 0)];
  if (hwaddr === '' || state === 'declined') return { ip };
  const mac = parseMac(hwaddr);
  // InfiniBand and the like have longer addresses.
  if (mac === undefined && /^([0-9a-f]{2}(:|$)){7,}/i.test(hwaddr)) return { ip };
  if (mac === undefined) throw new UserError(`${where}: ${JSON.stringify(hwaddr)} is no MAC`, leaseHint);
  const clientId = said('client_id');
  const name = said('hostname').replace(/\.$/, '');
  return {
    ip,
    mac,
    endsMs: Number(lifetime) === infinite ? Number.POSITIVE_INFINITY : Number(expire) * 1000,
    // Older versions write a lifetime of 0 if the machine gave the address back.
    isHeld: state === 'held' && lifetime !== '0',
    ...(clientId ? { clientId: colonBytes(clientId) } : {}),
    ...(name ? { name } : {}),
  };
}

/** The entries of kea-leases4.csv; the header may come again if several files were put together. */
export function parseKeaLeases(text: string, file: string): LeaseEntry[] {
  let columns: string[] = [];
  return text.split('\n').flatMap((line, at) => {
    if (line.startsWith(header)) columns = line.trim().split(',');
    if (line.trim() === '' || line.startsWith(header)) return [];
    if (columns.length === 0)
      throw new UserError(`${file}, line ${at + 1}: leases of Kea begin with the line ${header},…`, leaseHint);
    return [parseLine(line.trim(), columns, `${file}, line ${at + 1}`)];
  });
}
