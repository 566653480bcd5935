import { colonBytes, hardwareIdentity, type Identity } from '../identity.ts';
import type { Configuration, Reserved } from '../kind.ts';
import { type Host, isOurs, readConf, subnetsOf } from './conf.ts';

/** Kea takes `52:54`, `52 54`, `5254` and `0x5254` as bytes, and a text in single quotes. */
function bytesIn(text: string): string {
  if (/^[0-9a-f]{1,2}( [0-9a-f]{1,2})+$/i.test(text)) return colonBytes(text.replaceAll(' ', ':'));
  const digits = /^(?:0x)?((?:[0-9a-f]{2})+)$/i.exec(text)?.[1];
  return colonBytes(digits?.replaceAll(/..(?=.)/g, '$&:') ?? text.replaceAll(/^'|'$/g, ''));
}

function identityOf(host: Host): Identity | undefined {
  const { 'hw-address': hardware, 'client-id': clientId, duid, 'circuit-id': circuit, 'flex-id': flex } = host;
  if (hardware !== undefined) return hardwareIdentity(bytesIn(hardware));
  if (clientId !== undefined) return { kind: 'client-id', value: bytesIn(clientId) };
  if (duid !== undefined) return { kind: 'duid', value: bytesIn(duid) };
  if (circuit !== undefined) return { kind: 'circuit-id', value: circuit };
  return flex === undefined ? undefined : { kind: 'flex-id', value: flex };
}

/** The reservations of all networks and of none. */
export function reservedIn(configuration: Configuration): Reserved[] {
  const conf = readConf(configuration);
  const groups = [conf, ...conf['shared-networks'], ...subnetsOf(conf)];
  return groups
    .flatMap((one) => one.reservations ?? [])
    .flatMap((host): Reserved[] => {
      const by = identityOf(host);
      const { 'ip-address': address = '', hostname } = host;
      const more = { address, ...(hostname ? { name: hostname } : {}) };
      if (!by) return [];
      return [
        isOurs(host) && by.kind === 'MAC' ? { mac: by.value, isOurs: true, ...more } : { by, isOurs: false, ...more },
      ];
    });
}

/** What is to be said where Kea looks for reservations in places that we do not see. */
export function unseenReservations(configuration: Configuration): string[] {
  const conf = readConf(configuration);
  const hasDatabase = conf['hosts-database'] !== undefined || conf['hosts-databases'].length > 0;
  return hasDatabase
    ? [
        `${configuration.file} names a hosts database: reservations of that database are not seen here, and an address of a reservation there may be reserved again`,
      ]
    : [];
}
