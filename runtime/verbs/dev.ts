import { UserError } from '../../common/system/errors.ts';
import type { Verb } from './verb.ts';

/** Prints the node here of a device in the script: `mke2fs $(boel dev /dev/sda3)`. */
export const dev: Verb<{ name: string }> = {
  name: 'dev',
  summary: 'print the device node on this machine for a device of the script, as in $(boel dev /dev/sda3)',
  declare: (command) => command.argument('<device>', 'disk, partition, array or volume of the script'),
  isQuery: true,
  needs: { programs: {}, modules: [] },
  probe: async ({ args }) => ({ name: args[0] ?? '' }),
  plan({ name }, state) {
    const found = state.parts[name] ?? state.volumes[name] ?? state.disks[name];
    if (!found) {
      const known = [...Object.keys(state.disks), ...Object.keys(state.parts), ...Object.keys(state.volumes)];
      throw new UserError(
        `${name} is not in the layout`,
        known.length > 0 ? `The layout has ${known.join(', ')}.` : 'Run `boel layout` first.',
      );
    }
    return { steps: [], say: found.node };
  },
};
