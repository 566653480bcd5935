import type { Inside } from '../../../common/system/inside.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';

/** The name of a service in each program that starts services. */
export type Service = { systemd?: string; openrc?: readonly string[]; runit?: string; sysv?: string };

const unitFolders: AbsPath[] = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];
const sysvFolders = [2, 3, 4, 5].flatMap((level): AbsPath[] => [
  `/etc/rc${level}.d`,
  `/etc/rc.d/rc${level}.d`,
  `/etc/init.d/rc${level}.d`,
]);

/** OpenRC's own runlevels; those of an administrator are on top of default. */
const runlevels = ['sysinit', 'boot', 'default'];

/** True if the image starts a service at boot. */
export async function isEnabled(tree: Inside, { systemd, openrc, runit, sysv }: Service): Promise<boolean> {
  if (systemd && (await unitEnabled(tree, systemd))) return true;
  const links: AbsPath[] = [];
  for (const name of openrc ?? []) links.push(...runlevels.map((level): AbsPath => `/etc/runlevels/${level}/${name}`));
  if (runit) links.push(`/etc/runit/runsvdir/default/${runit}`, `/etc/runit/runsvdir/current/${runit}`);
  for (const link of links) if (await tree.lstat(link)) return true;
  for (const folder of sysv ? sysvFolders : [])
    if (((await tree.list(folder)) ?? []).some((name) => /^S\d\d/.test(name) && name.slice(3) === sysv)) return true;
  return false;
}

/** A link in a .wants or .requires folder (systemctl enable), and none to /dev/null (systemctl mask). */
async function unitEnabled(tree: Inside, unit: string): Promise<boolean> {
  const own: AbsPath = `/etc/systemd/system/${unit}`;
  if ((await tree.real(own)).endsWith('/dev/null')) return false;
  for (const top of unitFolders)
    for (const name of (await tree.list(top)) ?? []) {
      if (!/\.(wants|requires)$/.test(name)) continue;
      if (await tree.lstat(under(top, name, unit))) return true;
    }
  return false;
}
