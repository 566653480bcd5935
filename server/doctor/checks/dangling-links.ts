import { UserError } from '../../../common/system/errors.ts';
import { under } from '../../../common/system/place.ts';
import { inside } from '../../../common/system/inside.ts';
import { imageOfLink } from '../../hosts/host-script.ts';
import { type Check, type Finding, wrong } from '../check.ts';

/** A circle of links counts as a link to nothing. */
function circle(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error;
}

/** Each link in scripts/ leads to a script; otherwise that machine's installation would stop. */
export const danglingLinks: Check = {
  name: 'dangling-links',
  good: 'each link in scripts/ leads to a script',
  async run({ io, paths }) {
    const scripts = inside(io, paths.scripts);
    const findings: Finding[] = [];
    for (const name of (await io.list(paths.scripts)) ?? []) {
      const at = under(paths.scripts, name);
      const target = await io.readLink(at);
      if (target === undefined) continue;
      // The rsync daemon shows only what lies inside the folder.
      const kind = (await scripts.stat(`/${name}`).catch(circle))?.kind;
      if (kind === 'file') continue;
      const image = imageOfLink(target);
      const host = name.replace(/\.sh$/, '');
      findings.push(
        wrong(
          `${at} is a link to ${target}, which is ${kind === undefined ? 'not there' : 'no file'}`,
          image === undefined
            ? `Mend the link, or remove the link: rm ${at}`
            : `Run: mkautoinstallscript -image ${image}; or addclients -client ${host} -image OTHER; or rmclients ${host}`,
        ),
      );
    }
    return findings;
  },
};
