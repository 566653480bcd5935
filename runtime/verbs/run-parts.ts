import { Argument } from 'commander';
import { settingsEnv } from '../../common/model/settings.ts';
import { type SiteFolder, siteFolders } from '../../common/model/site-scripts.ts';
import { here, type Place } from '../../common/system/place.ts';
import { planSiteScripts, probeSiteScripts, type SiteScripts } from '../../install/site/site-scripts.ts';
import { type ImageSource, openSource } from '../../install/source/image-source.ts';
import { checkMounted } from '../../install/target/mounted.ts';
import { rsync } from '../../install/transports/rsync.ts';
import { paths } from '../paths.ts';
import { membershipOf } from './groups.ts';
import { targetRoot, type Verb } from './verb.ts';

/** The folders for the scripts: post-install scripts lie in the target, because they run inside the target. */
const places: Record<SiteFolder, Place> = {
  'pre-install': here(paths.preInstall),
  'post-install': { root: targetRoot, path: '/root/.boel-post-install.d' },
};

/** boel run-parts pre-install|post-install: the site's own scripts, pre-install here and post-install inside the target. */
export const runParts: Verb<{ source: ImageSource; scripts: SiteScripts<SiteFolder> }> = {
  name: 'run-parts',
  summary: 'run the site scripts: pre-install.d in the boot environment, or post-install.d inside the installed system',
  declare: (command) =>
    command.addArgument(new Argument('<folder>', 'folder of the site scripts').choices(siteFolders)),
  needs: rsync.needs,

  async probe({ io, state, args }) {
    const folder = args[0] === 'pre-install' ? 'pre-install' : 'post-install';
    if (folder === 'post-install') await checkMounted(io, state, targetRoot);
    const source = await openSource(io, state.settings);
    return { source, scripts: await probeSiteScripts(io, source, folder, membershipOf(state)) };
  },

  plan: ({ source, scripts }, { settings }) =>
    planSiteScripts(scripts, places[scripts.folder], source, settingsEnv(settings)),
};
