import type { State } from '../../common/model/state.ts';
import { defaultPorts, settingOf } from '../../common/model/settings.ts';
import { UserError } from '../../common/system/errors.ts';

/** The image server and its ports, from the settings. */
export type ServerAddress = { host: string; rsyncPort: number; httpPort: number };

const port = (text: string | undefined, otherwise: number) => (text === undefined ? otherwise : Number(text));

/** Where the image server is; stops where no source said so. */
export function serverOf(state: Pick<State, 'settings'>): ServerAddress {
  const host = settingOf(state.settings, 'IMAGESERVER');
  if (host === undefined)
    throw new UserError('nobody said where the image server is', 'Set IMAGESERVER at the boot prompt or in local.cfg.');
  return {
    host,
    rsyncPort: port(settingOf(state.settings, 'RSYNCPORT'), defaultPorts.rsync),
    httpPort: port(settingOf(state.settings, 'HTTPPORT'), defaultPorts.http),
  };
}

/** The beginning of URLs of the server's HTTP service. */
export function httpBase({ host, httpPort }: ServerAddress): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${httpPort}`;
}
