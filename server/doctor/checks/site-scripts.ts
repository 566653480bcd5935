import { isSiteScript, siteFolders, updateFolders } from '../../../common/model/site-scripts.ts';
import { under } from '../../../common/system/place.ts';
import { type Check, type Finding, note } from '../check.ts';

/** Each script in pre-install.d and post-install.d has a name by which some machine runs it. */
export const siteScripts: Check = {
  name: 'site-scripts',
  good: 'the names in pre-install.d and post-install.d say which machines run each script',
  async run({ io, paths }) {
    const findings: Finding[] = [];
    for (const folder of [...siteFolders, ...updateFolders]) {
      const at = under(paths.scripts, `${folder}.d`);
      for (const name of (await io.list(at)) ?? [])
        if (!isSiteScript(name))
          findings.push(
            note(
              `no machine runs ${under(at, name)}`,
              'Name the script NN-all-WHAT, NN-image-NAME-WHAT, NN-group-NAME-WHAT or NN-host-NAME-WHAT.',
            ),
          );
    }
    return findings;
  },
};
