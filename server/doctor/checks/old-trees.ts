import { under } from '../../../common/system/place.ts';
import { unfinished, unreadTrees } from '../../images/old-trees.ts';
import { type Check, note } from '../check.ts';

/** What each kind of tree is, and what to do if no command is at work on the tree now. */
const told = {
  new: [
    'a capture',
    (image) => `Unless getimage is at work on ${image}, run getimage -image ${image} again: the capture goes on there.`,
  ],
  own: [
    'a copy',
    (image) => `Unless chroot is at work on ${image}, run systemimager chroot ${image} again: the copy begins anew.`,
  ],
  ready: [
    'a change',
    (image) =>
      `Unless getimage is at work on ${image}, restart serve: serve puts the whole tree in the place of ${image}.`,
  ],
} as const satisfies Record<string, [string, (image: string) => string]>;

/** images/ holds no trees besides images. */
export const oldTrees: Check = {
  name: 'old-trees',
  good: 'no tree is left over in images/',
  async run({ io, paths }) {
    const unread = await unreadTrees(io, paths.images);
    const names = (await io.list(paths.images)) ?? [];
    return [
      ...unread.map((at) =>
        note(
          `${at} is a tree of an image that was replaced, and nobody reads the tree`,
          'The next getimage or rmimage removes the tree.',
        ),
      ),
      ...names.flatMap((name) => {
        const tree = unfinished(name);
        if (tree === undefined) return [];
        const [what, hint] = told[tree.as];
        return note(`${under(paths.images, name)} is ${what} of ${tree.image} that has not ended`, hint(tree.image));
      }),
    ];
  },
};
