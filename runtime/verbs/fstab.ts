import type { Place } from '../../common/system/place.ts';
import { inside } from '../../common/system/inside.ts';
import { formatFstab, linesLost } from '../../install/fstab/fstab.ts';
import { planSwapFiles } from '../../install/fstab/swap-files.ts';
import type { BootText } from '../../install/bootloaders/boot-texts.ts';
import { planUuidUsers, probeUuidUsers } from '../../install/fstab/uuid-users.ts';
import { checkMounted } from './mounted.ts';
import { targetRoot, type Verb } from './verb.ts';

const at: Place = { root: targetRoot, path: '/etc/fstab' };

type Facts = { old: string | undefined; users: BootText[] };

/** boel fstab: writes /etc/fstab of the target from the layout's mounts, whole; the image keeps its own on the server. */
export const fstab: Verb<Facts> = {
  name: 'fstab',
  summary: 'write /etc/fstab from the layout and renewed UUIDs into what names them, and make swap files',
  declare: (command) => command,
  needs: { programs: {}, modules: [] },
  async probe({ io, state }) {
    await checkMounted(io, state);
    const old = await inside(io, targetRoot).readText(at.path);
    return { old, users: await probeUuidUsers(io, targetRoot, state) };
  },
  plan({ old, users }, state) {
    const lost = linesLost(old ?? '', state);
    const say = ['Lines of the image’s fstab that the script does not have, left out:', ...lost].join('\n  ');
    return {
      ...(lost.length > 0 ? { say } : {}),
      steps: [
        { why: 'Write fstab', kind: 'write', at, content: formatFstab(state), mode: 0o644 },
        ...planUuidUsers(users, targetRoot, state),
        ...planSwapFiles(state, targetRoot),
      ],
    };
  },
};
