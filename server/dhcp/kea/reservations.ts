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

/** The reservations of all networks, of shared networks, and of no network. */
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

/** Remarks if Kea has reservations in a database, which we do not read, or does not look for reservations by MAC or in networks. */
export function unseenReservations(configuration: Configuration): string[] {
  const { file } = configuration;
  const conf = readConf(configuration);
  const hasDatabase = conf['hosts-database'] !== undefined || conf['hosts-databases'].length > 0;
  const kinds = conf['host-reservation-identifiers'] ?? ['hw-address'];
  const isBlind = [conf, ...conf['shared-networks'], ...subnetsOf(conf)].some(
    (one) =>
      one['reservations-in-subnet'] === false ||
      ['disabled', 'off', 'global'].includes(String(one['reservation-mode'])),
  );
  return [
    ...(hasDatabase
      ? [
          `${file} names a hosts database: reservations of that database are not seen here, and an address of a reservation there may be reserved again`,
        ]
      : []),
    ...(kinds.includes('hw-address')
      ? []
      : [
          `${file} has Kea look for reservations by ${kinds.join(' and ')} alone: add hw-address to host-reservation-identifiers, for those here are by MAC`,
        ]),
    ...(isBlind
      ? [`${file} has Kea pass over reservations of a network: set reservations-in-subnet to true there`]
      : []),
  ];
}
