import type { CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { under } from '../../common/system/place.ts';
import { dhcpKinds } from './index.ts';
import type { DhcpKind } from './kind.ts';

/** For the help of `--daemon`. */
export const daemonNames = dhcpKinds.map((one) => one.name).join(', ');

/** The kind of this name. */
export function kindNamed(name: string): DhcpKind {
  const found = dhcpKinds.find((one) => one.name === name);
  if (found) return found;
  throw new UserError(`${JSON.stringify(name)} is no DHCP server that is known`, `Known are ${daemonNames}.`);
}

/** The kinds that are installed below the root. */
export async function installedKinds({ io, root }: Pick<CliContext, 'io' | 'root'>): Promise<DhcpKind[]> {
  const found = await Promise.all(dhcpKinds.map((one) => io.lstat(under(root, one.installed))));
  return dhcpKinds.filter((_, at) => found[at] !== undefined);
}

/** The only one of these kinds; if there is none or several, UserError says what to type. */
export function onlyKind(kinds: readonly DhcpKind[], where: string): DhcpKind {
  const [first] = kinds;
  if (first && kinds.length === 1) return first;
  const found = kinds.length === 0 ? 'no DHCP server is' : `${kinds.map((one) => one.title).join(' and ')} are`;
  throw new UserError(`${found} ${where}`, `Say which: --daemon ${dhcpKinds.map((one) => one.name).join(' or ')}.`);
}
