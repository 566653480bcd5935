import { type Check, note } from '../check.ts';
import { servingPid } from '../serving.ts';

/** Whether the image server runs. */
export const serving: Check = {
  name: 'serving',
  good: 'the image server runs',
  async run({ io, paths, root }) {
    if ((await servingPid(io, paths)) !== undefined) return [];
    return [
      note(`no image server runs for ${root}`, 'Run: systemctl start systemimager; or by hand: systemimager serve.'),
    ];
  },
};
