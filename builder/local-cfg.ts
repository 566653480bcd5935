import fs from 'node:fs/promises';
import { parseIpv4 } from '../common/model/ipv4.ts';
import { maxLocalCfgBytes, parseLocalCfg } from '../common/model/local-cfg.ts';
import { type SettingName, type Settings, settingNames } from '../common/model/settings.ts';
import { UserError } from '../common/system/errors.ts';
import type { AbsPath } from '../common/system/place.ts';
import { groupAddress } from '../runtime/discovery/group-address.ts';

/** A local.cfg of the administrator: its bytes, and its settings. */
export type GivenCfg = { content: Uint8Array; values: Partial<Record<SettingName, string>> };

/** Lies on a medium that was made without a local.cfg, for a person to fill in. */
export const emptyCfg: GivenCfg = {
  content:
    Buffer.from(`# local.cfg: who the machine is that boots from this medium. To set a variable, take the # at its line away.
# Without IPADDR, the machine asks DHCP.
#HOSTNAME=www1
#IPADDR=10.0.0.11
#NETMASK=255.255.255.0
#GATEWAY=10.0.0.1
#DNSSERVERS=10.0.0.1
#IMAGESERVER=10.0.0.2
`),
  values: {},
};

/**
 * Reads a local.cfg that shall travel with BOEL. What BOEL would refuse at the machine is refused here: a wrong line, or an address
 * outside of its network. `warn` gets the lines that BOEL would pass over.
 */
export async function readGivenCfg(at: AbsPath, warn: (line: string) => void): Promise<GivenCfg> {
  const cfg = checkCfg(await readSmall(at), at, warn);
  if (Object.keys(cfg.values).length === 0)
    throw new UserError(`${at} sets no variable`, 'Name a local.cfg; docs/examples/local.cfg explains each variable.');
  return cfg;
}

/** Checks the content of a local.cfg as {@link readGivenCfg} does; `at`: where it lies, for people. */
export function checkCfg(content: Uint8Array, at: string, warn: (line: string) => void): GivenCfg {
  const { values, warnings } = parseLocalCfg(content, at);
  for (const line of warnings) warn(line);
  const settings: Settings = {};
  for (const name of settingNames)
    if (values[name]) settings[name] = { value: values[name], from: 'removable local.cfg', detail: at };
  if (settings.IPADDR) groupAddress(settings);
  return { content, values };
}

async function readSmall(at: AbsPath): Promise<Uint8Array> {
  const cannot = (error: Error) =>
    new UserError(`${at} cannot be read: ${error.message}`, 'Name a local.cfg with --config.');
  const { size } = await fs.stat(at).catch((error: Error) => {
    throw cannot(error);
  });
  if (size > maxLocalCfgBytes)
    throw new UserError(`${at} has ${size} bytes`, 'A local.cfg is some lines of VARIABLE=value.');
  return fs.readFile(at).catch((error: Error) => {
    throw cannot(error);
  });
}

/**
 * Refuses a local.cfg by which a machine would not find its image server: with an address of its own, the machine does not ask
 * DHCP. `server`: the image server that the medium names.
 */
export function checkReach({ values }: GivenCfg, server: string | undefined): void {
  if (!values.IPADDR) return;
  const name = values.IMAGESERVER || server;
  if (name === undefined)
    throw new UserError(
      `local.cfg gives the machine the address ${values.IPADDR}, and nobody names the image server`,
      'Add IMAGESERVER=ADDRESS to local.cfg, or give --server ADDRESS.',
    );
  if (parseIpv4(name) === undefined && !values.DNSSERVERS)
    throw new UserError(
      `local.cfg gives the machine the address ${values.IPADDR}, and no DNSSERVERS that know the image server ${name}`,
      'Add DNSSERVERS=ADDRESS to local.cfg, or give the address of the image server.',
    );
}
