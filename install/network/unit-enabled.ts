import type { Inside } from '../../common/system/inside.ts';
import type { AbsPath } from '../../common/system/place.ts';

/** True where a systemd unit is started at boot: a link in a .wants or .requires directory below /etc (systemctl enable). */
export async function unitEnabled(tree: Inside, unit: string): Promise<boolean> {
  const top: AbsPath = '/etc/systemd/system';
  for (const name of (await tree.list(top)) ?? []) {
    if (!/\.(wants|requires)$/.test(name)) continue;
    if (await tree.lstat(`${top}/${name}/${unit}`)) return true;
  }
  return false;
}
