import { under } from '../../../common/system/place.ts';
import { growingImage, unreadTrees } from '../../images/old-trees.ts';
import { type Check, note } from '../check.ts';

/** No trees lie in images/ that are no images. */
export const oldTrees: Check = {
  name: 'old-trees',
  good: 'no tree is left over in images/',
  async run({ io, paths }) {
    const unread = await unreadTrees(io, paths.images);
    const growing = ((await io.list(paths.images)) ?? []).flatMap((name) => growingImage(name) ?? []);
    return [
      ...unread.map((at) =>
        note(`${at} is of an image that was replaced, and nobody reads it`, 'The next getimage or rmimage removes it.'),
      ),
      ...growing.map((image) =>
        note(
          `${under(paths.images, `.${image}.new`)} is a capture of ${image} that has not ended`,
          `Unless getimage is at work on it now, run it again: getimage -image ${image} goes on there.`,
        ),
      ),
    ];
  },
};
