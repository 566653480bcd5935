import { UserError } from '../system/errors.ts';
import { defaultPorts, type Settings, settingOf } from './settings.ts';

/** Where the image server is, and the ports of its services. */
export type ServerAddress = { host: string; rsyncPort: number; httpPort: number };

/** The image server that the settings name; UserError if no source named one. */
export function serverAddress(settings: Settings): ServerAddress {
  const host = settingOf(settings, 'IMAGESERVER');
  if (host === undefined)
    throw new UserError(
      'nobody said where the image server is',
      'Set IMAGESERVER at the boot prompt or in local.cfg, or DHCP option 224 or next-server.',
    );
  return {
    host,
    rsyncPort: Number(settingOf(settings, 'RSYNCPORT') ?? defaultPorts.rsync),
    httpPort: Number(settingOf(settings, 'HTTPPORT') ?? defaultPorts.http),
  };
}

/** A host as it stands in a URL: an IPv6 address in brackets (RFC 3986, section 3.2.2). */
const inUrl = (host: string) => (host.includes(':') ? `[${host}]` : host);

/** The URL of a path of the server's HTTP service, which begins with a slash. */
export const httpUrl = ({ host, httpPort }: ServerAddress, path: string): string =>
  `http://${inUrl(host)}:${httpPort}${path}`;

/** The URL of a module of the server's rsync daemon, or of a path in one. */
export const rsyncUrl = ({ host, rsyncPort }: ServerAddress, path: string): string =>
  `rsync://${inUrl(host)}:${rsyncPort}/${path}`;
