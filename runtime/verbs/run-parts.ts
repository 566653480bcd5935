import { Argument } from 'commander';
import { settingsEnv } from '../../common/model/settings.ts';
import { chooseScripts, isSiteScript, type SiteFolder, siteFolders } from '../../common/model/site-scripts.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { inChroot } from '../../install/chroot/in-chroot.ts';
import { readRsyncList, rsyncListArgv } from '../../install/transports/rsync-list.ts';
import { rsyncHints, rsyncNeeds, rsyncRetry, rsyncUrl, toDaemon } from '../../install/transports/rsync.ts';
import { membershipOf } from './groups.ts';
import { checkMounted } from './mounted.ts';
import { type ServerAddress, serverOf } from './server.ts';
import { targetRoot, type Verb } from './verb.ts';

type Facts = { folder: SiteFolder; server: ServerAddress; names: string[]; unfit: string[] };

/** Where scripts of before the installation are put; those of after it lie in the target, which they run in. */
const preFolder: AbsPath = '/run/boel/pre-install.d';
const postFolder: AbsPath = '/root/.boel-post-install.d';

/** boel run-parts pre-install|post-install: the site's own scripts, pre-install here and post-install inside the target. */
export const runParts: Verb<Facts> = {
  name: 'run-parts',
  summary: 'run the scripts of pre-install.d here, or of post-install.d inside the target',
  declare: (command) => command.addArgument(new Argument('<folder>', 'which of the two').choices(siteFolders)),
  needs: rsyncNeeds,

  async probe({ io, state, args }) {
    const folder = args[0] === 'pre-install' ? 'pre-install' : 'post-install';
    if (folder === 'post-install') await checkMounted(io, state);
    const server = serverOf(state);
    const argv = rsyncListArgv(server.host, server.rsyncPort, `scripts/${folder}.d`);
    const files = (readRsyncList(await io.run({ argv })) ?? []).filter(
      ({ kind }) => kind === 'file' || kind === 'link',
    );
    const names = files.map(({ path }) => path).filter((path) => !path.includes('/'));
    const chosen = chooseScripts(names, membershipOf(state));
    return { folder, server, names: chosen, unfit: names.filter((name) => !isSiteScript(name)) };
  },

  plan({ folder, server, names, unfit }, state) {
    const odd = unfit.length > 0 ? ` Left out for their names: ${unfit.join(', ')}.` : '';
    if (names.length === 0) return { say: `No ${folder} scripts for this machine.${odd}`, steps: [] };
    const isPost = folder === 'post-install';
    const place = isPost ? { root: targetRoot, path: postFolder } : here(preFolder);
    const real = isPost ? under(targetRoot, postFolder) : preFolder;
    const fetch: Step = {
      why: `Bring the ${folder} scripts`,
      kind: 'run',
      // Links among the scripts (one script for several hosts) are brought as what they point to.
      argv: [
        'rsync',
        '-rtL',
        '--chmod=F700',
        ...toDaemon,
        '--timeout=60',
        '--from0',
        '--files-from=-',
        rsyncUrl(server.host, server.rsyncPort, `scripts/${folder}.d`),
        `${real}/`,
      ],
      stdin: names.map((name) => `${name}\0`).join(''),
      retry: rsyncRetry,
      hints: rsyncHints,
    };
    const runs = names.map(
      (name): Step => ({
        why: `Run ${folder}.d/${name}`,
        kind: 'run',
        argv: [under(place.path, name)],
        showsOutput: true,
        env: settingsEnv(state.settings),
        hints: { 126: 'It needs a first line as `#!/bin/sh` that names a program of this system.' },
        ...(isPost ? { chroot: targetRoot } : {}),
      }),
    );
    return {
      say: `${folder} scripts for this machine: ${names.join(', ')}.${odd}`,
      steps: [
        { why: 'Make room for the scripts', kind: 'mkdir', at: place, mode: 0o700 },
        fetch,
        ...(isPost ? [inChroot(targetRoot, 'Run the post-install scripts inside the target', runs)] : runs),
        { why: 'Remove the scripts', kind: 'remove', at: place },
      ],
    };
  },
};
