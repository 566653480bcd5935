import { UserError } from '../../common/system/errors.ts';
import { type Architecture, architectures } from '../packages/apt.ts';

/** What --arch names, or the architecture of this machine. */
export function readArchitecture(name = process.arch === 'x64' ? 'amd64' : process.arch): Architecture {
  const found = architectures.find((one) => one === name);
  if (found) return found;
  throw new UserError(`--arch ${name} is not known`, `Give ${architectures.join(' or ')}.`);
}
