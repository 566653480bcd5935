import { inside } from '../../../common/system/inside.ts';
import { octal } from '../../../common/system/steps/kind.ts';
import { type Check, wrong } from '../check.ts';

/** Group and others (inode(7)). */
const notOwner = 0o077;

/** Images hold password hashes and host keys: their folder is root's alone. */
export const permissions: Check = {
  name: 'permissions',
  good: 'only root reads the images',
  async run({ io, paths }) {
    // The folder itself, where images/ is a link to another disk.
    const stat = await io.lstat(await inside(io, '/').real(paths.images));
    if (!stat || (stat.mode & notOwner) === 0) return [];
    return [
      wrong(
        `${paths.images} has mode ${octal(stat.mode)}: other users of this machine can read password hashes and host keys`,
        `Run: chmod 0700 ${paths.images}`,
      ),
    ];
  },
};
