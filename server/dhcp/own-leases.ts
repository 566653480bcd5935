import { hostPart } from '../../common/model/names.ts';
import type { KnownHost } from '../config/hosts-json.ts';
import type { Lease } from './kind.ts';

/**
 * hosts.json with the leases of `serve --dhcp`: a machine whose address has a name in hosts files or DNS gets its MAC, so that
 * it keeps the address. Known facts of a machine or of a MAC stay; `said` tells what was left out.
 */
export function withOwnLeases(
  known: readonly KnownHost[],
  leases: readonly Lease[],
  nameOf: (ip: string) => string | undefined,
): { machines: KnownHost[]; said: string[] } {
  const said: string[] = [];
  const machines = leases.reduce<KnownHost[]>(
    (now, { mac, ip }) => {
      const leaveOut = (why: string) => {
        said.push(`${ip} (${mac}) is left out: ${why}`);
        return now;
      };
      const owner = now.find((one) => one.mac === mac);
      if (owner?.ip === ip) return now;
      if (owner?.ip !== undefined) return leaveOut(`that MAC belongs to ${owner.host}, which has ${owner.ip}`);
      const name = owner ? [owner.host] : nameOf(ip)?.split('.');
      const host = hostPart(name?.[0] ?? '');
      if (host === undefined) return leaveOut('the address has no name in hosts or DNS');
      const same = now.find((one) => one.host === host);
      if (same?.mac !== undefined && same.mac !== mac) return leaveOut(`${host} has the MAC ${same.mac}`);
      if (same?.ip !== undefined && same.ip !== ip) return leaveOut(`${host} has ${same.ip}`);
      const other = now.find((one) => one.ip === ip && one.host !== host);
      if (other) return leaveOut(`it is ${other.host}'s`);
      const domain = name?.slice(1).join('.').toLowerCase();
      const added: KnownHost = { ...(domain ? { domain } : {}), ...same, host, mac, ip };
      return same ? now.map((one) => (one === same ? added : one)) : [...now, added];
    },
    [...known],
  );
  return { machines, said };
}
