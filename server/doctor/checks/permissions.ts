import { under } from '../../../common/system/place.ts';
import { quoteArgv } from '../../../common/system/quote.ts';
import { openToOthers } from '../../images/open-folder.ts';
import { type Check, wrong } from '../check.ts';

const othersWrite = 0o002;

/** Only root reads images, which hold password hashes and host keys, and only root writes what machines run as root. */
export const permissions: Check = {
  name: 'permissions',
  good: 'only root reads the images, and nobody else writes what machines install',
  async run({ io, paths }) {
    const open = await openToOthers(io, paths.images);
    const { scripts, overrides, boot, manifests, hosts, netboot, config, groups } = paths;
    const sites = ['pre-install.d', 'post-install.d'].map((name) => under(scripts, name));
    const ours = [under(hosts, '..'), scripts, ...sites, overrides, boot, manifests, hosts, netboot, config, groups];
    const written = await Promise.all(
      ours.map(async (at) => {
        const stat = await io.lstat(at);
        if (!stat || stat.kind === 'link' || (stat.mode & othersWrite) === 0) return [];
        return wrong(
          `${at} can be written by every user of this machine: what lies there decides what machines install and run as root`,
          `Run: ${quoteArgv(['chmod', 'o-w', at])}`,
        );
      }),
    );
    return [...(open ? [wrong(open.why, open.hint)] : []), ...written.flat()];
  },
};
