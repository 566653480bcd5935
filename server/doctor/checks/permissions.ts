import { openToOthers } from '../../images/open-folder.ts';
import { type Check, wrong } from '../check.ts';

/** Images hold password hashes and host keys: their folder is root's alone. */
export const permissions: Check = {
  name: 'permissions',
  good: 'only root reads the images',
  async run({ io, paths }) {
    const open = await openToOthers(io, paths.images);
    return open ? [wrong(open.why, open.hint)] : [];
  },
};
