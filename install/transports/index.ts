import { type Settings, settingOf } from '../../common/model/settings.ts';
import { UserError } from '../../common/system/errors.ts';
import { medium } from './medium.ts';
import { rsync } from './rsync.ts';
import type { ServerTransport, Transport } from './transport.ts';

/** The transports that bring images from a server; the first is the default. */
const serverTransports: [ServerTransport, ...ServerTransport[]] = [rsync];

/** Every transport. */
export const transports: [Transport, ...Transport[]] = [...serverTransports, medium];

/** True if images come from the medium that MEDIUM names, unless TRANSPORT names another way. */
export function isFromMedium(settings: Settings): boolean {
  const name = settingOf(settings, 'TRANSPORT');
  const hasMedium = settingOf(settings, 'MEDIUM') !== undefined;
  if (name === medium.name && !hasMedium)
    throw new UserError('TRANSPORT=medium, and no medium is named', 'Boot from a medium that holds images.');
  return hasMedium && (name ?? medium.name) === medium.name;
}

/** The transport from a server that TRANSPORT names, or the default. */
export function transportOf(settings: Settings): ServerTransport {
  const name = settingOf(settings, 'TRANSPORT');
  const found = name === undefined ? serverTransports[0] : serverTransports.find((one) => one.name === name);
  if (found) return found;
  const known = transports.map((one) => one.name).join(', ');
  throw new UserError(`TRANSPORT=${name} is none of the transports of this BOEL`, `Set TRANSPORT to one of: ${known}.`);
}
