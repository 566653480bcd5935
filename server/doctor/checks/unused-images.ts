import { listImages } from '../../images/modules.ts';
import { type Check, note } from '../check.ts';
import { readScripts } from '../../scripts/scripts-folder.ts';

/** Each image has a script that installs it. */
export const unusedImages: Check = {
  name: 'unused-images',
  good: 'each image has a script',
  async run({ io, paths }) {
    const named = new Set((await readScripts(io, paths)).flatMap((one) => one.images));
    return (await listImages(io, paths))
      .filter((name) => !named.has(name))
      .map((name) => note(`no script installs ${name}`, `Run: mkautoinstallscript -image ${name}`));
  },
};
