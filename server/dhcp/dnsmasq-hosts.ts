import { firstLabel } from '../../common/model/names.ts';
import { parseIpv4 } from '../../common/model/ipv4.ts';
import { colonBytes, hardwareIdentity, type Identity } from './identity.ts';

/** A `dhcp-host` line: several identities if the line names several cards. */
export type DnsmasqHost = { by: Identity[]; address: string; name?: string };

/** With the number of its kind before it or without; 1 is Ethernet (IANA, ARP hardware types). */
const isHardware = (word: string) => /^([0-9a-f]{1,2}-)?([0-9a-f]{1,2}|\*)(:([0-9a-f]{1,2}|\*))+$/i.test(word);
const isTime = (word: string) => /^\d+[smhdw]?$/i.test(word) || word === 'infinite';

/** A comment begins where a line does or behind a blank: `set:rack#3` holds none. dnsmasq(8), "CONFIG FILE". */
export const withoutComment = (line: string): string => line.replace(/(?<!\S)#.*/s, '').trim();

/** The options of a configuration; one that only switches something has no value. */
export function optionsOf(text: string): { key: string; value: string }[] {
  return text.split('\n').map((line) => {
    const [key = '', ...value] = withoutComment(line).split('=');
    return { key: key.trimEnd(), value: value.join('=').trimStart() };
  });
}

/** The values of `key=…`, as words between commas. */
export const valuesOf = (text: string, key: string): string[][] =>
  optionsOf(text).flatMap((one) => (one.key === key ? [one.value.split(',').map((word) => word.trim())] : []));

/** `dhcp-host=MAC,ADDRESS,NAME,…` in any order; without a card or `id:`, a line is for a machine that sends NAME. dnsmasq(8). */
export function dnsmasqHosts(text: string): DnsmasqHost[] {
  return valuesOf(text, 'dhcp-host').flatMap((words) => {
    const address = words.find((word) => parseIpv4(word) !== undefined) ?? '';
    const name = words.find(
      (word) =>
        /^[a-z0-9_][a-z0-9._-]*$/i.test(word) &&
        word !== address &&
        word !== 'ignore' &&
        !isTime(word) &&
        !isHardware(word),
    );
    const by = words.flatMap((word): Identity[] => {
      if (isHardware(word)) return [hardwareIdentity(word.replace(/^0?1-/, ''))];
      return word.startsWith('id:') && word !== 'id:*' ? [{ kind: 'client-id', value: colonBytes(word.slice(3)) }] : [];
    });
    const line: Identity = { kind: 'line', value: `dhcp-host=${words.join(',')}` };
    const isNameOnly = name !== undefined && !words.includes('id:*');
    const other: Identity = isNameOnly ? { kind: 'name', value: name } : line;
    return [{ by: by.length > 0 ? by : [other], address, name }];
  });
}

/** The addresses of names that dnsmasq itself knows: `host-record=NAME,…,ADDRESS`; hosts files are read as such lines. */
export function dnsmasqAddresses(text: string): (name: string) => string[] {
  const records = valuesOf(text, 'host-record');
  const label = (name: string) => firstLabel(name).toLowerCase();
  return (name) =>
    records
      .filter((words) => words.some((word) => label(word) === label(name)))
      .flatMap((words) => words.filter((word) => parseIpv4(word) !== undefined));
}
