import {
  broadcastOf,
  type Ipv4,
  maskOf,
  networkOf,
  parseIpv4,
  parseNetmask,
  prefixLengthBetween,
  printIpv4,
} from '../../common/model/ipv4.ts';
import type { SettingName, Settings } from '../../common/model/settings.ts';
import { UserError } from '../../common/system/errors.ts';
import { printSource } from './decide.ts';

/** The address of one card, checked as a whole. */
export type CardAddress = {
  address: string;
  prefixLength: number;
  netmask: string;
  network: string;
  broadcast: string;
  gateway?: string;
  /** The card to the gateway, if that is another card. */
  gatewayDevice?: string;
};

/**
 * The address that the settings describe. NETMASK may be left out only if NETWORK and BROADCAST give it; a contradiction
 * is a UserError, because after a wrong guess the machine would only half work.
 */
export function groupAddress(settings: Settings): CardAddress {
  const source = settings.IPADDR;
  if (!source) throw new Error('groupAddress needs IPADDR');
  const where = printSource(source);
  const number = (name: SettingName): Ipv4 | undefined => parseIpv4(settings[name]?.value ?? '');
  const refuse = (message: string, hint: string): never => {
    throw new UserError(`${message} (${where})`, hint);
  };

  const address = number('IPADDR') ?? refuse(`IPADDR=${source.value} is no address`, 'Correct IPADDR.');
  const [network, broadcast] = [number('NETWORK'), number('BROADCAST')];
  const prefixLength =
    parseNetmask(settings.NETMASK?.value ?? '') ??
    (network !== undefined && broadcast !== undefined ? prefixLengthBetween(network, broadcast) : undefined) ??
    refuse(
      `IPADDR=${source.value} comes without NETMASK`,
      'Add NETMASK (as 255.255.255.0 or 24) where IPADDR is; NETWORK and BROADCAST together do as well.',
    );

  const right = { NETWORK: networkOf(address, prefixLength), BROADCAST: broadcastOf(address, prefixLength) };
  for (const [name, given] of [['NETWORK', network] as const, ['BROADCAST', broadcast] as const])
    if (given !== undefined && given !== right[name])
      refuse(
        `${name}=${printIpv4(given)} does not fit ${source.value}/${prefixLength}: right would be ${printIpv4(right[name])}`,
        `Correct or leave out ${name}.`,
      );
  if (prefixLength < 31 && (address === right.NETWORK || address === right.BROADCAST))
    refuse(
      `IPADDR=${source.value} is the ${address === right.NETWORK ? 'network' : 'broadcast'} address of its network`,
      'Give the machine an address between the network and the broadcast address.',
    );

  const gateway = number('GATEWAY');
  const gatewayDevice = settings.GATEWAYDEV?.value;
  if (gateway !== undefined && networkOf(gateway, prefixLength) !== right.NETWORK && !gatewayDevice)
    refuse(
      `GATEWAY=${printIpv4(gateway)} is not in the network ${printIpv4(right.NETWORK)}/${prefixLength}`,
      'Correct GATEWAY or NETMASK; GATEWAYDEV names the card of a gateway outside of the network.',
    );
  if (gateway === address) refuse(`GATEWAY=${source.value} is the machine itself`, 'Correct or leave out GATEWAY.');

  return {
    address: printIpv4(address),
    prefixLength,
    netmask: printIpv4(maskOf(prefixLength)),
    network: printIpv4(right.NETWORK),
    broadcast: printIpv4(right.BROADCAST),
    ...(gateway === undefined ? {} : { gateway: printIpv4(gateway) }),
    gatewayDevice,
  };
}

/** The settings with values that follow from the address: scripts always find NETMASK, NETWORK, BROADCAST and DEVICE. */
export function completeAddress(settings: Settings, card: string): Settings {
  const source = settings.IPADDR;
  if (!source) return settings;
  const { netmask, network, broadcast } = groupAddress(settings);
  const same = (value: string) => ({ ...source, value });
  return {
    ...settings,
    DEVICE: { ...(settings.DEVICE ?? source), value: card },
    NETMASK: settings.NETMASK ?? same(netmask),
    NETWORK: settings.NETWORK ?? same(network),
    BROADCAST: settings.BROADCAST ?? same(broadcast),
  };
}
