import type { Membership } from '../../common/model/site-scripts.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, here } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { planSiteScripts, probeSiteScripts } from '../../install/site/site-scripts.ts';
import type { Wish } from './probe.ts';

/** The steps of the site's scripts before and after an update, and what to say of them. */
export type UpdateScripts = { before: Step[]; after: Step[]; say: string[] };

/** Scripts lie there while they run; an update never touches what is in /root. */
const places: Record<'pre-update' | 'post-update', AbsPath> = {
  'pre-update': '/root/.systemimager-pre-update.d',
  'post-update': '/root/.systemimager-post-update.d',
};

/** Asks the image server for the scripts; in another tree than `/` they run inside the tree. */
export async function planScripts(
  io: Io,
  { source, server, directory }: Wish,
  member: Membership,
): Promise<UpdateScripts> {
  // The words of an installation.
  const env = {
    IMAGESERVER: server.host,
    IMAGENAME: member.image ?? '',
    HOSTNAME: member.host ?? '',
    GROUPNAMES: member.groups.join(' '),
  };
  const plan = async (folder: 'pre-update' | 'post-update') => {
    const scripts = await probeSiteScripts(io, source, folder, member);
    const at = directory === '/' ? here(places[folder]) : { root: directory, path: places[folder] };
    return planSiteScripts(scripts, at, source, env);
  };
  const [pre, post] = [await plan('pre-update'), await plan('post-update')];
  return {
    before: pre.steps,
    after: post.steps,
    say: [pre, post].flatMap(({ say, steps }) => (say && (steps.length > 0 || say.includes('Left out')) ? [say] : [])),
  };
}
