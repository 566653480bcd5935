import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ServerPaths } from '../config/paths.ts';
import { printHosts } from '../config/hosts-json.ts';
import { growingName, oldName, planDrop } from './old-trees.ts';
import { scriptFor } from './renamed-script.ts';
import { type ImageTies, listSome, usersOf } from './ties.ts';

const master = (paths: ServerPaths, name: string) => under(paths.scripts, `${name}.master`);

function scriptStep(paths: ServerPaths, ties: ImageTies, to: string): Step[] {
  const content = scriptFor(ties, to);
  if (content === undefined) return [];
  const at = here(master(paths, to));
  return [{ why: `Write the script that installs ${to}`, kind: 'write', at, content, mode: 0o644 }];
}

/** Files of manifests/ that are true for a copy as well; other files tell of one tree. */
const tellsContent = new Set(['.manifest', '.capture.json']);

function copyManifest(paths: ServerPaths, from: string, to: string, end: string): Step {
  const [old, copy] = [under(paths.manifests, `${from}${end}`), under(paths.manifests, `${to}${end}`)];
  return { why: `Copy the records of ${from} for ${to}`, kind: 'copy', from: here(old), to: here(copy) };
}

/** Another image with the same content; blocks are shared if the filesystem can. The tree comes last: it makes the image. */
export function planCopy(paths: ServerPaths, ties: ImageTies, to: string): Step[] {
  const growing = under(paths.images, growingName(to));
  return [
    planDrop('Remove what an earlier copy left', growing),
    { why: `Copy ${ties.name}`, kind: 'run', argv: ['cp', '-a', '--reflink=auto', '--', ties.at, growing] },
    ...ties.manifests.filter((end) => tellsContent.has(end)).map((end) => copyManifest(paths, ties.name, to, end)),
    ...scriptStep(paths, ties, to),
    { why: `Give the copy its name, ${to}`, kind: 'rename', from: here(growing), to: here(under(paths.images, to)) },
  ];
}

/**
 * The image under another name, with its script, its machines' links and its overrides. The old script is removed last: as long
 * as it is there, the same command continues an interrupted one.
 */
export function planMove(paths: ServerPaths, ties: ImageTies, to: string): Step[] {
  const known = ties.hosts.map((one) => (one.image === ties.name ? { ...one, image: to } : one));
  const rename = (why: string, from: AbsPath, target: AbsPath): Step => {
    return { why, kind: 'rename', from: here(from), to: here(target) };
  };
  return [
    ...scriptStep(paths, ties, to),
    ...(ties.isThere ? [rename(`${ties.name} is ${to} now`, ties.at, under(paths.images, to))] : []),
    ...ties.links.map((link): Step => {
      const at = here(under(paths.scripts, link));
      return { why: `${link.replace(/\.sh$/, '')} installs ${to}`, kind: 'symlink', at, target: `${to}.master` };
    }),
    ...ties.manifests.map((end) =>
      rename(
        `Keep what is known of it`,
        under(paths.manifests, `${ties.name}${end}`),
        under(paths.manifests, `${to}${end}`),
      ),
    ),
    ...(ties.hasOverride
      ? [
          rename(
            'Give the override of the image the new name too',
            under(paths.overrides, 'image', ties.name),
            under(paths.overrides, 'image', to),
          ),
        ]
      : []),
    ...(ties.hosts.some((one) => one.image === ties.name)
      ? [
          {
            why: 'Have the machines install the new name',
            kind: 'write',
            at: here(paths.hosts),
            content: printHosts(known),
            mode: 0o644,
          } as const,
        ]
      : []),
    ...(ties.script === undefined
      ? []
      : [{ why: 'Remove the old script', kind: 'remove', at: here(master(paths, ties.name)) } as const]),
  ];
}

/**
 * Takes the image out of service; its tree is removed when nobody reads it any more. As long as the tree is there, the same
 * command continues an interrupted one.
 */
export function planRemove(paths: ServerPaths, ties: ImageTies, now: Date, force: boolean): Step[] {
  const users = usersOf(ties);
  if (users.length > 0 && !force)
    throw new UserError(
      `${ties.name} is installed by ${listSome(users)}`,
      'Give machines another image by addclients, and scripts another by hand; or say --force: links to the script of the image go too.',
    );
  const remove = (why: string, at: AbsPath): Step => ({ why, kind: 'remove', at: here(at) });
  return [
    ...ties.links.map((link) => remove(`${link} has nothing to install`, under(paths.scripts, link))),
    ...(ties.script === undefined ? [] : [remove('Remove its script', master(paths, ties.name))]),
    ...ties.manifests.map((end) =>
      remove('Forget what is known of the image', under(paths.manifests, `${ties.name}${end}`)),
    ),
    ...(ties.isThere
      ? [
          {
            why: `Take ${ties.name} out of service`,
            kind: 'rename',
            from: here(ties.at),
            to: here(under(paths.images, oldName(ties.name, now))),
          } as const,
        ]
      : []),
    ...ties.unfinished.map((tree) => planDrop(`Remove ${tree}, which was cut off`, tree)),
  ];
}
