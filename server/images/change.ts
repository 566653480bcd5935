import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { ImageName } from '../../common/model/names.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ServerPaths } from '../config/paths.ts';
import { type KnownHost, printHosts, readHosts } from '../hosts/hosts-json.ts';
import { imageDir } from './facts.ts';
import { growingName, oldName } from './old-trees.ts';

/** All that goes by an image's name besides its tree. */
export type ImageTies = {
  name: string;
  at: AbsPath;
  /** Text of scripts/NAME.master. */
  script?: string;
  /** Names of scripts/HOST.sh that are links to it. */
  links: string[];
  /** Names of manifests/NAME.*, without the image's name. */
  manifests: string[];
  hasOverride: boolean;
  hosts: KnownHost[];
};

/** Reads what goes by the image's name; UserError where there is no such image. */
export async function imageTies(io: Io, paths: ServerPaths, name: string): Promise<ImageTies> {
  const { at } = await imageDir(io, paths, name);
  const script = await io.readText(under(paths.scripts, `${name}.master`));
  const links: string[] = [];
  for (const file of (await io.list(paths.scripts)) ?? [])
    if ((await io.readLink(under(paths.scripts, file))) === `${name}.master`) links.push(file);
  const manifests = ['.facts.json', '.capture.json', '.manifest', '.verified.json'];
  const there = await Promise.all(manifests.map((end) => io.lstat(under(paths.manifests, `${name}${end}`))));
  return {
    name,
    at,
    ...(script === undefined ? {} : { script }),
    links,
    manifests: manifests.filter((_, index) => there[index] !== undefined),
    hasOverride: (await io.lstat(under(paths.overrides, 'image', name))) !== undefined,
    hosts: await readHosts(io, paths.hosts),
  };
}

/** Refuses a name that is none, and one that is taken. */
export async function checkFree(io: Io, paths: ServerPaths, name: string): Promise<void> {
  const valid = ImageName.safeParse(name);
  if (!valid.success)
    throw new UserError(`${JSON.stringify(name)}: ${valid.error.issues[0]?.message}`, 'Choose another name.');
  for (const at of [under(paths.images, name), under(paths.scripts, `${name}.master`)])
    if ((await io.lstat(at)) !== undefined)
      throw new UserError(`${at} is there already`, 'Choose another name, or remove that image first.');
}

/** A master script for an image of another name: only the word in its own commands and first line changes. */
export function renamedScript(text: string, from: string, to: string): string {
  const word = new RegExp(`(?<=[\\s=])${RegExp.escape(from)}(?=[\\s:.]|$)`, 'g');
  return text
    .split('\n')
    .map((line) =>
      /^\s*boel\s+(layout|image)\s/.test(line) || line.startsWith(`# ${from}.master`)
        ? line.replace(word, () => to)
        : line,
    )
    .join('\n');
}

const script = (paths: ServerPaths, name: string) => under(paths.scripts, `${name}.master`);

function scriptStep(paths: ServerPaths, ties: ImageTies, to: string): Step[] {
  if (ties.script === undefined) return [];
  const content = renamedScript(ties.script, ties.name, to);
  return [
    { why: `Write the script that installs ${to}`, kind: 'write', at: here(script(paths, to)), content, mode: 0o644 },
  ];
}

/** What is as true of a copy; the others tell of one tree. */
const tellsContent = new Set(['.manifest', '.capture.json']);

function copyManifest(paths: ServerPaths, from: string, to: string, end: string): Step {
  const [old, copy] = [under(paths.manifests, `${from}${end}`), under(paths.manifests, `${to}${end}`)];
  return { why: `What is known of ${from} is known of ${to}`, kind: 'copy', from: here(old), to: here(copy) };
}

/** Another image with the same content; blocks are shared where the filesystem can. */
export function planCopy(paths: ServerPaths, ties: ImageTies, to: string): Step[] {
  const growing = under(paths.images, growingName(to));
  return [
    { why: 'Remove what an earlier copy left', kind: 'run', argv: ['rm', '-rf', '--one-file-system', '--', growing] },
    { why: `Copy ${ties.name}`, kind: 'run', argv: ['cp', '-a', '--reflink=auto', '--', ties.at, growing] },
    { why: `It is ${to} now`, kind: 'rename', from: here(growing), to: here(under(paths.images, to)) },
    ...ties.manifests.filter((end) => tellsContent.has(end)).map((end) => copyManifest(paths, ties.name, to, end)),
    ...scriptStep(paths, ties, to),
  ];
}

/** The image under another name, with its script, its machines' links and its overrides. */
export function planMove(paths: ServerPaths, ties: ImageTies, to: string): Step[] {
  const known = ties.hosts.map((one) => (one.image === ties.name ? { ...one, image: to } : one));
  const rename = (why: string, from: AbsPath, target: AbsPath): Step => {
    return { why, kind: 'rename', from: here(from), to: here(target) };
  };
  return [
    rename(`${ties.name} is ${to} now`, ties.at, under(paths.images, to)),
    ...scriptStep(paths, ties, to),
    ...ties.links.map((link): Step => {
      const at = here(under(paths.scripts, link));
      return { why: `${link.replace(/\.sh$/, '')} installs ${to}`, kind: 'symlink', at, target: `${to}.master` };
    }),
    ...(ties.script === undefined
      ? []
      : [{ why: 'Remove the old script', kind: 'remove', at: here(script(paths, ties.name)) } as const]),
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
            'Its override goes with it',
            under(paths.overrides, 'image', ties.name),
            under(paths.overrides, 'image', to),
          ),
        ]
      : []),
    ...(ties.hosts.some((one) => one.image === ties.name)
      ? [
          {
            why: 'Tell the machines of it',
            kind: 'write',
            at: here(paths.hosts),
            content: printHosts(known),
            mode: 0o644,
          } as const,
        ]
      : []),
  ];
}

/** Takes the image out of service in one moment; its tree goes when nobody reads it any more. */
export function planRemove(paths: ServerPaths, ties: ImageTies, now: Date, force: boolean): Step[] {
  const users = ties.links.map((link) => link.replace(/\.sh$/, ''));
  if (users.length > 0 && !force)
    throw new UserError(
      `${ties.name} is what ${users.length} machines install: ${users.slice(0, 5).join(', ')}${users.length > 5 ? ', …' : ''}`,
      'Give them another image by addclients, or say --force: their links go too.',
    );
  const remove = (why: string, at: AbsPath): Step => ({ why, kind: 'remove', at: here(at) });
  return [
    {
      why: `Take ${ties.name} out of service`,
      kind: 'rename',
      from: here(ties.at),
      to: here(under(paths.images, oldName(ties.name, now))),
    },
    ...ties.links.map((link) => remove(`${link} has nothing to install`, under(paths.scripts, link))),
    ...(ties.script === undefined ? [] : [remove('Remove its script', script(paths, ties.name))]),
    ...ties.manifests.map((end) => remove('Forget what is known of it', under(paths.manifests, `${ties.name}${end}`))),
  ];
}
