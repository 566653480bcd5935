import {
  addressGroup,
  defaultPorts,
  type SettingName,
  type Settings,
  type SourceName,
  sourceNames,
} from '../../common/model/settings.ts';

/** The settings of one source, already checked by checkSetting. `detail` is the source's place: a device, a file, a server. */
export type Found = { from: SourceName; detail: string; values: Partial<Record<SettingName, string>> };

/** The settings of this machine, and remarks for people on values that were left out. */
export type Decision = { settings: Settings; notes: string[] };

const isAddressName = (name: SettingName) => (addressGroup as readonly string[]).includes(name);

/** Where people find a source: `removable local.cfg, /dev/fd0`. */
export function printSource(source: { from: SourceName; detail: string }): string {
  return source.detail ? `${source.from}, ${source.detail}` : source.from;
}

/**
 * Takes each variable from the highest source that has it; an empty value counts as absent. The variables of the address
 * (`addressGroup`) are taken together from the highest source that has IPADDR; if no source has IPADDR, only DEVICE
 * counts, which names the card for DHCP.
 */
export function decide(found: readonly Found[]): Decision {
  const sources = [...found, defaults]
    .map(splitHostName)
    .sort((a, b) => sourceNames.indexOf(a.from) - sourceNames.indexOf(b.from));
  const addressed = sources.find((source) => source.values.IPADDR);
  const settings: Settings = {};
  const notes: string[] = [];
  for (const source of sources) {
    const unused: SettingName[] = [];
    for (const [name, value] of Object.entries(source.values) as [SettingName, string][]) {
      if (value === '') continue;
      const counts = !isAddressName(name) || source === addressed || (!addressed && name === 'DEVICE');
      if (counts) settings[name] ??= { value, from: source.from, detail: source.detail };
      else if (addressed?.values[name] !== value && source.from !== 'DHCP') unused.push(name);
    }
    if (unused.length > 0)
      notes.push(`Not used: ${unused.join(' ')} of ${printSource(source)}; ${whyUnused(addressed)}`);
  }
  return { settings, notes };
}

function whyUnused(addressed: Found | undefined): string {
  if (!addressed) return 'without IPADDR the address comes from DHCP';
  return `IPADDR comes from ${printSource(addressed)}, and an address is taken as a whole`;
}

const defaults: Found = {
  from: 'default',
  detail: '',
  values: { HTTPPORT: String(defaultPorts.http), RSYNCPORT: String(defaultPorts.rsync) },
};

/** HOSTNAME is the first label; the rest is the source's DOMAINNAME if the source has no DOMAINNAME itself. */
function splitHostName(source: Found): Found {
  const [host, ...domain] = (source.values.HOSTNAME ?? '').split('.');
  if (!host || domain.length === 0) return source;
  const DOMAINNAME = source.values.DOMAINNAME || domain.join('.');
  return { ...source, values: { ...source.values, HOSTNAME: host, DOMAINNAME } };
}
