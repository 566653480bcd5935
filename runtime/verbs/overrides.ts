import { UserError } from '../../common/system/errors.ts';
import { type Inside, inside } from '../../common/system/inside.ts';
import { absPath, type Place, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { type ListedFile, readRsyncList, rsyncListArgv } from '../../install/transports/rsync-list.ts';
import { rsyncNeeds, rsyncPull, rsyncUrl } from '../../install/transports/rsync.ts';
import { membershipOf } from './groups.ts';
import { checkMounted, targetMounts } from './mounted.ts';
import { type ServerAddress, serverOf } from './server.ts';
import { targetRoot, type Verb } from './verb.ts';

/**
 * An override of the server: what it brings, but for directories that the target has already (those keep their owner and
 * mode); undefined where the server has none of that name.
 */
type Override = { name: string; brings: ListedFile[] | undefined };
type Facts = { server: ServerAddress; overrides: Override[] };

/** boel overrides: lays overrides/image/…, then group/… and host/… over the target; the later wins. */
export const overrides: Verb<Facts> = {
  name: 'overrides',
  summary: 'lay the overrides of the image, the groups and the host over the target',
  declare: (command) => command,
  needs: rsyncNeeds,

  async probe({ io, state }) {
    await checkMounted(io, state);
    const server = serverOf(state);
    const { image, groups, host } = membershipOf(state);
    const names = [image && `image/${image}`, ...groups.map((group) => `group/${group}`), host && `host/${host}`];
    const tree = inside(io, targetRoot);
    const found: Override[] = [];
    for (const name of names) {
      if (!name) continue;
      const argv = rsyncListArgv(server.host, server.rsyncPort, `overrides/${name}`);
      const files = readRsyncList(await io.run({ argv }));
      found.push({ name, brings: files && (await newOnes(tree, name, files)) });
    }
    return { server, overrides: found };
  },

  plan({ server, overrides: found }, state) {
    const mounts = targetMounts(state);
    const steps = found.flatMap(({ name, brings }): Step[] => {
      if (!brings || brings.length === 0) return [];
      const url = rsyncUrl(server.host, server.rsyncPort, `overrides/${name}`);
      const only = brings.map((file) => file.path);
      const writes = only.map((path): Place => ({ root: targetRoot, path: under('/', path) }));
      const pull = { url, what: `override ${name}`, target: targetRoot, mounts, splitLinks: [], exact: false, only };
      return rsyncPull(pull).map((step) => (step.kind === 'run' ? { ...step, writes } : step));
    });
    const say = found.map(
      ({ name, brings }) => `${name}: ${brings ? `${brings.length} files` : 'the server has none'}`,
    );
    return { say: `Overrides: ${say.join('; ')}.`, steps };
  },
};

/** The files, and the directories that the target lacks; refuses where a directory would take the place of a link. */
async function newOnes(tree: Inside, name: string, files: readonly ListedFile[]): Promise<ListedFile[]> {
  const brings: ListedFile[] = [];
  for (const file of files) {
    const there = file.kind === 'dir' ? await tree.lstat(absPath(`/${file.path}`)) : undefined;
    if (there?.kind === 'link')
      throw new UserError(
        `override ${name} has a directory ${file.path}, where the image has a link: the link would be lost`,
        'Move its files on the server to where the link points (as usr/lib for lib).',
      );
    if (there?.kind !== 'dir') brings.push(file);
  }
  return brings;
}
