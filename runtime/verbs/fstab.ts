import type { Place } from '../../common/system/place.ts';
import { inside } from '../../common/system/inside.ts';
import { installedFstab } from '../../install/fstab/fstab.ts';
import { planSwapFiles } from '../../install/fstab/swap-files.ts';
import type { BootText } from '../../install/boot-files/boot-texts.ts';
import { planUuidUsers, probeUuidUsers } from '../../install/fstab/uuid-users.ts';
import { checkMounted } from './mounted.ts';
import { targetRoot, type Verb } from './verb.ts';

const at: Place = { root: targetRoot, path: '/etc/fstab' };

type Facts = { old: string | undefined; users: BootText[] };

/** boel fstab: gives /etc/fstab of the target the mounts of the layout; the image keeps its own on the server. */
export const fstab: Verb<Facts> = {
  name: 'fstab',
  summary: 'give /etc/fstab the mounts of the layout, and what names UUIDs the new ones; make swap files',
  declare: (command) => command,
  needs: { programs: {}, modules: [] },
  async probe({ io, state }) {
    await checkMounted(io, state);
    const old = await inside(io, targetRoot).readText(at.path);
    return { old, users: await probeUuidUsers(io, targetRoot, state) };
  },
  plan({ old, users }, state) {
    const { text, lost } = installedFstab(old, state);
    const say = ['Lines of the image’s fstab that the script does not have are comments now:', ...lost].join('\n  ');
    return {
      ...(lost.length > 0 ? { say } : {}),
      steps: [
        { why: 'Write fstab', kind: 'write', at, content: text, mode: 0o644 },
        ...planUuidUsers(users, targetRoot, state),
        ...planSwapFiles(state, targetRoot),
      ],
    };
  },
};
