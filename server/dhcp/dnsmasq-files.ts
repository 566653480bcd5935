import { absPath } from '../../common/system/place.ts';
import type { Configuration, Included } from './kind.ts';

/** Debian starts dnsmasq with its folder, but for what dpkg leaves there; these and names of editors it never reads (dnsmasq(8)). */
const isRead = (name: string) => !/^\.|~$|^#.*#$|\.dpkg-(dist|old|new)$/.test(name);
/** A file that the system's own dnsmasq reads. */
export const isSystems = /\/etc\/dnsmasq(\.d\/[^/]+|\.conf)$/;

/** `conf-dir=DIR,*.conf` reads names that end so, `conf-dir=DIR,.bak` those that do not. */
function folderOf(value: string): Included[] {
  const [at = '', ...ends] = value.split(',').map((word) => word.trim());
  const [only, never] = [ends.filter((end) => end.startsWith('*')), ends.filter((end) => !end.startsWith('*'))];
  const takes = (name: string) =>
    isRead(name) &&
    (only.length === 0 || only.some((end) => name.endsWith(end.slice(1)))) &&
    !never.some((end) => end !== '' && name.endsWith(end));
  return at.startsWith('/') ? [{ at: absPath(at.replace(/(?<=.)\/+$/, '')), takes }] : [];
}

/** What its lines name; and the files of the system's own dnsmasq belong together. */
export function includedBy({ text, file }: Configuration): Included[] {
  const named = [...text.matchAll(/^[ \t]*(conf-file|conf-dir|dhcp-hostsfile|dhcp-hostsdir)[ \t]*=[ \t]*([^#\n]*)/gm)];
  const system: Included[] = [{ at: '/etc/dnsmasq.conf' }, { at: '/etc/dnsmasq.d', takes: isRead }];
  return [
    ...(isSystems.test(file) ? system : []),
    ...named.flatMap(([, key = '', value = '']) => {
      const folder = folderOf(value.trim());
      return key.startsWith('dhcp-') ? folder.map((one) => ({ ...one, prefix: 'dhcp-host=' })) : folder;
    }),
  ];
}
