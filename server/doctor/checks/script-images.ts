import { listImages } from '../../images/modules.ts';
import { type Check, wrong } from '../check.ts';
import { readScripts } from '../../scripts/scripts-folder.ts';

/** Each script installs an image that is there. */
export const scriptImages: Check = {
  name: 'script-images',
  good: 'the images that scripts install are there',
  async run({ io, paths }) {
    const images = await listImages(io, paths);
    const scripts = await readScripts(io, paths);
    return scripts.flatMap(({ at, images: named }) =>
      named
        .filter((name) => !images.includes(name))
        .map((name) =>
          wrong(
            `${at} installs ${name}, and there is no such image`,
            `Take the image: getimage -golden-client HOST -image ${name}; or remove the script.`,
          ),
        ),
    );
  },
};
