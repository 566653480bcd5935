import { under } from '../../../common/system/place.ts';
import { architectures } from '../../../common/boot/architectures.ts';
import { type Check, wrong } from '../check.ts';

/** A kernel and an initrd for at least one architecture, and none without the other. */
export const bootFiles: Check = {
  name: 'boot-files',
  good: 'there are a kernel and an initrd to boot',
  async run({ io, paths }) {
    const found = await Promise.all(
      architectures.map(async (arch) => {
        const files = ['kernel', 'initrd.img'].map((name) => under(paths.boot, arch, name));
        const missing = [];
        for (const at of files) if ((await io.lstat(at)) === undefined) missing.push(at);
        return { arch, missing, isBroken: missing.length === 1 };
      }),
    );
    const broken = found.filter((one) => one.isBroken);
    const hint = 'Run: systemimager build boot';
    if (found.every((one) => one.missing.length > 0) && broken.length === 0)
      return [wrong(`${paths.boot} has no kernel and no initrd`, hint)];
    return broken.map(({ missing }) => wrong(`${missing.join(', ')} is missing`, hint));
  },
};
