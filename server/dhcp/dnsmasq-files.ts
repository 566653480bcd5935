import path from 'node:path';
import { parseHosts } from '../../common/model/hosts.ts';
import { absPath } from '../../common/system/place.ts';
import { optionsOf, withoutComment } from './dnsmasq-hosts.ts';
import type { Configuration, Included } from './kind.ts';

/** Debian starts dnsmasq with its folder, but for what dpkg leaves there; these and names of editors it never reads (dnsmasq(8)). */
const isRead = (name: string) => !/^\.|~$|^#.*#$|\.dpkg-(dist|old|new)$/.test(name);

const entries = (text: string) => text.split('\n').map(withoutComment);
const hosts = (text: string) =>
  entries(text)
    .map((line) => line && `dhcp-host=${line}`)
    .join('\n');
const ethers = (text: string) =>
  entries(text)
    .map((line) => line && `dhcp-host=${line.split(/\s+/).join(',')}`)
    .join('\n');
/** dnsmasq gives a machine that a dhcp-host names without an address the one of that name. */
const records = (text: string) =>
  parseHosts(text)
    .map((line) => (line.kind === 'entry' ? `host-record=${[...line.names, line.address].join(',')}` : ''))
    .join('\n');

/** What the system's own dnsmasq reads first. */
export const systemFiles: readonly Included[] = [
  { at: '/etc/dnsmasq.conf' },
  { at: '/etc/dnsmasq.d', takes: isRead },
  { at: '/etc/hosts', translate: records },
];

/** What names other files, and what these hold; without a word where it is lines of a configuration. */
const translations: Record<string, Included['translate']> = {
  'conf-file': undefined,
  'conf-dir': undefined,
  'dhcp-hostsfile': hosts,
  'dhcp-hostsdir': hosts,
  'addn-hosts': records,
  hostsdir: records,
};

/** `conf-dir=DIR,*.conf` reads names that end so, `conf-dir=DIR,.bak` those that do not. A relative name is one of `/`, where systemd starts it. */
function folderOf(value: string): Included {
  const [at = '', ...ends] = value.split(',').map((word) => word.trim());
  const [only, never] = [ends.filter((end) => end.startsWith('*')), ends.filter((end) => !end.startsWith('*'))];
  const takes = (name: string) =>
    isRead(name) &&
    (only.length === 0 || only.some((end) => name.endsWith(end.slice(1)))) &&
    !never.some((end) => end !== '' && name.endsWith(end));
  return { at: absPath(path.posix.resolve('/', at)), takes };
}

/** What its lines name. */
export function includedBy({ text, isTranslated }: Configuration): Included[] {
  if (isTranslated) return [];
  const options = optionsOf(text);
  return [
    ...(options.some(({ key }) => key === 'read-ethers') ? [{ at: '/etc/ethers', translate: ethers } as const] : []),
    ...options.flatMap(({ key, value }) => {
      if (!Object.hasOwn(translations, key) || value === '') return [];
      const translate = translations[key];
      return [{ ...folderOf(value), ...(translate ? { translate } : {}) }];
    }),
  ];
}

/** All that dnsmasq reads in one text, without the lines that name the files: it would read ours as it was, and twice. */
export function wholeText({ text, others = [] }: Configuration): string {
  const own = [...others.filter((one) => !one.isTranslated).map((one) => one.text), text];
  return own.map((one) => one.replaceAll(/^[ \t]*conf-(file|dir)[ \t]*=.*/gm, '').replace(/(?<!\n)$/, '\n')).join('');
}
