import { isIPv4 } from 'node:net';
import { parseNetmask } from '../../common/model/ipv4.ts';
import { parseMac } from '../../common/model/mac.ts';
import { DomainName } from '../../common/model/names.ts';
import type { State } from '../../common/model/state.ts';
import { UserError } from '../../common/system/errors.ts';
import type { NetworkWish } from '../../install/network/flavour.ts';
import { settingOf } from '../../common/model/settings.ts';

function ipv4(state: State, name: 'IPADDR' | 'GATEWAY'): string | undefined {
  const value = settingOf(state.settings, name);
  if (value !== undefined && !isIPv4(value))
    throw new UserError(`${name}=${JSON.stringify(value)} is no IPv4 address`, `Correct ${name} in local.cfg.`);
  return value;
}

/** The card that found the image server, and the settings of a static address. */
export function networkWish(state: State, ip: 'dhcp' | 'static'): NetworkWish {
  const mac = parseMac(state.card?.mac ?? '');
  if (mac === undefined)
    throw new UserError('no network card is known', 'Run `boel` from the start, or use `boel host --ip replicant`.');
  if (ip === 'dhcp') return { mode: 'dhcp', mac };
  const address = ipv4(state, 'IPADDR');
  const gateway = ipv4(state, 'GATEWAY');
  const prefixLength = parseNetmask(settingOf(state.settings, 'NETMASK') ?? '');
  if (address === undefined || prefixLength === undefined)
    throw new UserError('a static address needs IPADDR and NETMASK', 'Set them in local.cfg, or use `--ip dhcp`.');
  const dns = (settingOf(state.settings, 'DNSSERVERS') ?? '').split(/[\s,]+/).filter(isIPv4);
  const domain = DomainName.safeParse(settingOf(state.settings, 'DOMAINNAME'));
  return {
    mode: 'static',
    mac,
    address,
    prefixLength,
    gateway,
    dns,
    ...(domain.success ? { domain: domain.data } : {}),
  };
}
