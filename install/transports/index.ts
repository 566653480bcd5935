import { type Settings, settingOf } from '../../common/model/settings.ts';
import { UserError } from '../../common/system/errors.ts';
import { rsync } from './rsync.ts';
import type { Transport } from './transport.ts';

/** Every transport; the first is the default. */
export const transports: [Transport, ...Transport[]] = [rsync];

/** The transport that TRANSPORT names, or the default. */
export function transportOf(settings: Settings): Transport {
  const name = settingOf(settings, 'TRANSPORT');
  const found = name === undefined ? transports[0] : transports.find((one) => one.name === name);
  if (found) return found;
  const known = transports.map((one) => one.name).join(', ');
  throw new UserError(`TRANSPORT=${name} is none of the transports of this BOEL`, `Set TRANSPORT to one of: ${known}.`);
}
