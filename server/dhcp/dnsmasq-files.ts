import path from 'node:path';
import { parseHosts } from '../../common/model/hosts.ts';
import { absPath } from '../../common/system/place.ts';
import { optionsOf, withoutComment } from './dnsmasq-hosts.ts';
import type { Configuration, Included } from './kind.ts';

/** The files of a folder that dnsmasq reads: none of editors (dnsmasq(8)), and on Debian none that dpkg leaves there. */
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
/** A dhcp-host with a name and no address gets the address that a hosts file has for the name. */
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

/** The options that name other files, and the translation of these files; undefined for files of configuration lines. */
const translations: Record<string, Included['translate']> = {
  'conf-file': undefined,
  'conf-dir': undefined,
  'dhcp-hostsfile': hosts,
  'dhcp-hostsdir': hosts,
  'addn-hosts': records,
  hostsdir: records,
};

/** `conf-dir=DIR,*.conf` reads only such names, `conf-dir=DIR,.bak` all others. Relative to `/`: systemd starts dnsmasq there. */
function folderOf(value: string): Included {
  const [at = '', ...ends] = value.split(',').map((word) => word.trim());
  const [only, never] = [ends.filter((end) => end.startsWith('*')), ends.filter((end) => !end.startsWith('*'))];
  const takes = (name: string) =>
    isRead(name) &&
    (only.length === 0 || only.some((end) => name.endsWith(end.slice(1)))) &&
    !never.some((end) => end !== '' && name.endsWith(end));
  return { at: absPath(path.posix.resolve('/', at)), takes };
}

/** The files and folders that the lines of a configuration name. */
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

/** All that dnsmasq reads, as one text without the lines that name files: by these it would read our file again, as it was. */
export function wholeText({ text, others = [] }: Configuration): string {
  const own = [...others.filter((one) => !one.isTranslated).map((one) => one.text), text];
  return own.map((one) => one.replaceAll(/^[ \t]*conf-(file|dir)[ \t]*=.*/gm, '').replace(/(?<!\n)$/, '\n')).join('');
}
