import { isHostAddress, maskOf, parseIpv4, parseNetmask, printIpv4 } from './ipv4.ts';
import { parseMac } from './mac.ts';
import { mediumId } from './medium.ts';
import { DomainName, HostName, ImageName, firstLabel } from './names.ts';
import { parseRoutes, printRoutes } from './route.ts';
import { actions, failActions, type SettingName } from './settings.ts';

/** The value in its stored form, or why the text is no value of the setting. */
export type CheckedValue = { value: string } | { reason: string };

type Check = (text: string) => CheckedValue;

const good = (value: string | undefined, reason: string): CheckedValue =>
  value === undefined ? { reason } : { value };

const address: Check = (text) => {
  const parsed = parseIpv4(text);
  return good(parsed === undefined ? undefined : printIpv4(parsed), 'it is not an IPv4 address as 10.0.0.1');
};

const hostAddress: Check = (text) => {
  const parsed = parseIpv4(text);
  return parsed !== undefined && isHostAddress(parsed)
    ? { value: text }
    : { reason: 'it is not an IPv4 address that a machine can have' };
};

const netmask: Check = (text) => {
  const length = parseNetmask(text);
  return good(
    length === undefined ? undefined : printIpv4(maskOf(length)),
    'it is neither 255.255.255.0 nor 24 in form',
  );
};

const domain: Check = (text) => {
  const name = DomainName.safeParse(text.toLowerCase().replace(/\.$/, ''));
  return name.success ? { value: name.data } : { reason: 'it is not a domain name' };
};

/** A host name may come with its domain; the first label must be a host name. */
const hostName: Check = (text) => {
  const name = domain(text);
  if ('reason' in name) return { reason: 'a host name is letters, digits and dashes (and its domain after a dot)' };
  // A whole number as the last label is an address, or something that programs take for one (RFC 1123 section 2.1).
  if (/(^|\.)\d+$/.test(name.value) && name.value.includes('.')) return { reason: 'it looks like an address' };
  return HostName.safeParse(firstLabel(name.value)).success ? name : { reason: 'it is not a host name' };
};

const server: Check = (text) => {
  if (/^[\d.]+$/.test(text)) return hostAddress(text);
  const name = domain(text);
  return 'value' in name ? name : { reason: 'it is neither an IPv4 address nor a host name' };
};

/** A MAC address, or the name of a network card: at most IFNAMSIZ - 1 characters (linux/if.h). */
const card: Check = (text) => {
  const mac = parseMac(text);
  if (mac) return { value: mac };
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/.test(text)
    ? { value: text }
    : { reason: 'it is neither the name of a network card nor a MAC address as 52:54:00:12:34:56' };
};

const imageName: Check = (text) => {
  const name = ImageName.safeParse(text);
  return name.success ? { value: name.data } : { reason: name.error.issues[0]?.message ?? 'it is not an image name' };
};

const imageNames: Check = (text) => {
  const all = text.split(/[\s,]+/).filter(Boolean);
  const wrong = all.find((one) => 'reason' in imageName(one));
  return wrong === undefined
    ? { value: all.join(' ') }
    : { reason: `${JSON.stringify(wrong)} is not a name of a group` };
};

const addresses: Check = (text) => {
  const all = text.split(/[\s,]+/).filter(Boolean);
  const wrong = all.find((one) => 'reason' in hostAddress(one));
  return wrong === undefined ? { value: all.join(' ') } : { reason: `${JSON.stringify(wrong)} is not an IPv4 address` };
};

const routes: Check = (text) => {
  const parsed = parseRoutes(text);
  return good(parsed && printRoutes(parsed), 'it is not a list of routes such as 10.9.0.0/16 via 10.0.0.254');
};

const port: Check = (text) =>
  /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65535 ? { value: text } : { reason: 'a port is 1 to 65535' };

/** Whether this BOEL has the transport is checked later, when the image server is known. */
const transport: Check = (text) =>
  /^[a-z][a-z0-9-]{0,31}$/i.test(text)
    ? { value: text.toLowerCase() }
    : { reason: 'a transport is letters, digits and dashes, as rsync' };

const medium: Check = (text) =>
  mediumId.test(text)
    ? { value: text.toLowerCase() }
    : { reason: 'it is not the name of a medium: 24 hexadecimal digits' };

/** `layout` checks what DISKS and PROTECT name; here both must only be one line of text. */
const line: Check = (text) =>
  /^[\x20-\x7e]{1,1000}$/.test(text) ? { value: text } : { reason: 'it is not one line of plain text' };

const oneOf =
  (words: readonly string[]): Check =>
  (text) =>
    words.includes(text.toLowerCase())
      ? { value: text.toLowerCase() }
      : { reason: `it is none of ${words.join(', ')}` };

const checks: Record<SettingName, Check> = {
  HOSTNAME: hostName,
  DOMAINNAME: domain,
  DEVICE: card,
  IPADDR: hostAddress,
  NETMASK: netmask,
  NETWORK: address,
  BROADCAST: address,
  GATEWAY: hostAddress,
  GATEWAYDEV: card,
  ROUTES: routes,
  IMAGESERVER: server,
  IMAGENAME: imageName,
  SCRIPTNAME: imageName,
  GROUPNAMES: imageNames,
  DNSSERVERS: addresses,
  HTTPPORT: port,
  RSYNCPORT: port,
  TRANSPORT: transport,
  MEDIUM: medium,
  ONCE: (text) => (text.toLowerCase() === 'no' ? { value: 'no' } : medium(text)),
  DISKS: line,
  PROTECT: line,
  ACTION: oneOf(actions),
  ONFAIL: oneOf(failActions),
};

/** Checks one value, wherever it comes from, and gives it in one form: lower case, dotted masks, lists with blanks. */
export function checkSetting(name: SettingName, text: string): CheckedValue {
  return checks[name](text.trim());
}
