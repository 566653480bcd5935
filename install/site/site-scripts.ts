import { chooseScripts, isSiteScript, type Membership, type ScriptFolder } from '../../common/model/site-scripts.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, type Place, printPlace, under } from '../../common/system/place.ts';
import type { Plan, Step } from '../../common/system/step.ts';
import { inChroot } from '../chroot/in-chroot.ts';
import type { ImageSource } from '../source/image-source.ts';

/** The scripts of a folder that are meant for a machine, in order, and those whose names mean no machine at all. */
export type SiteScripts<Folder extends ScriptFolder = ScriptFolder> = {
  folder: Folder;
  names: string[];
  unfit: string[];
};

/** Looks for the site scripts of a machine. */
export async function probeSiteScripts<Folder extends ScriptFolder>(
  io: ReadIo,
  source: ImageSource,
  folder: Folder,
  membership: Membership,
): Promise<SiteScripts<Folder>> {
  const files = (await source.list(io, `scripts/${folder}.d`)) ?? [];
  const names = files
    .filter(({ kind, path }) => (kind === 'file' || kind === 'link') && !path.includes('/'))
    .map(({ path }) => path);
  return { folder, names: chooseScripts(names, membership), unfit: names.filter((name) => !isSiteScript(name)) };
}

/** Brings the scripts to `at` and runs them; if `at` lies below another root than this machine's, they run inside that root. */
export function planSiteScripts(
  { folder, names, unfit }: SiteScripts,
  at: Place,
  source: ImageSource,
  env: Record<string, string>,
): Plan {
  const odd = unfit.length > 0 ? ` Left out for names that do not fit: ${unfit.join(', ')}.` : '';
  if (names.length === 0) return { say: `No ${folder} scripts for this machine.${odd}`, steps: [] };
  const chroot = at.root === '/' ? {} : { chroot: at.root };
  const runs = names.map(
    (name): Step => ({
      why: `Run ${folder}.d/${name}`,
      kind: 'run',
      argv: [under(at.path, name)],
      showsOutput: true,
      env,
      hints: { 126: 'The script needs a first line as `#!/bin/sh` that names a program of this system.' },
      ...chroot,
    }),
  );
  const root: AbsPath = printPlace(at);
  return {
    say: `${folder} scripts for this machine: ${names.join(', ')}.${odd}`,
    steps: [
      { why: 'Make room for the scripts', kind: 'mkdir', at, mode: 0o700 },
      ...source.tree({
        folder: `scripts/${folder}.d`,
        what: `${folder} scripts`,
        root,
        manner: 'programs',
        only: names,
      }),
      ...(at.root === '/' ? runs : [inChroot(at.root, `Run the ${folder} scripts inside ${at.root}`, runs)]),
      { why: 'Remove the scripts', kind: 'remove', at },
    ],
  };
}
