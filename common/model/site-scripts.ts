/** What a machine is called in names of overrides and of site scripts. */
export type Membership = { image: string | undefined; groups: string[]; host: string | undefined };

/** Folders of site scripts on the image server are scripts/NAME.d. */
export const siteFolders = ['pre-install', 'post-install'] as const;
export type SiteFolder = (typeof siteFolders)[number];

/** Folders of scripts that a running machine runs around an update. */
export const updateFolders = ['pre-update', 'post-update'] as const;

/** Every folder of site scripts. */
export type ScriptFolder = SiteFolder | (typeof updateFolders)[number];

/** True for the name of a script that some machine may run. */
export const isSiteScript = (name: string) => /^\d\d-(all|image|group|host)/.test(name);

/** Classes of scripts, in the order in which they run under one number. */
const classes = ['all', 'image', 'group', 'host'] as const;

type Known = { number: string; rank: number; name: string };

/** The class and order of NN-all-…, NN-image-NAME-…, NN-group-NAME-…, NN-host-NAME-…; undefined for scripts of other machines. */
function read(name: string, { image, groups, host }: Membership): Known | undefined {
  const [, number, kind, rest = ''] = /^(\d\d)-(all|image|group|host)(?:-(.*))?$/.exec(name) ?? [];
  const rank = classes.findIndex((one) => one === kind);
  if (number === undefined || rank < 0 || /(~|\.(bak|orig|swp|dpkg-\w+))$/.test(name)) return undefined;
  const wanted = { all: undefined, image: [image], group: groups, host: [host] }[classes[rank] ?? 'all'];
  const isMine = !wanted || wanted.some((one) => one !== undefined && (rest === one || startsWithName(rest, one)));
  return isMine ? { number, rank, name } : undefined;
}

/** In a script's name, the name of an image, group or host ends before a dash or a dot. */
const startsWithName = (rest: string, name: string) => rest.startsWith(`${name}-`) || rest.startsWith(`${name}.`);

/** The scripts for this machine, sorted by number, then by class (all, image, group, host), then by name. */
export function chooseScripts(names: readonly string[], membership: Membership): string[] {
  return names
    .flatMap((name) => read(name, membership) ?? [])
    .sort((a, b) => compare(a.number, b.number) || a.rank - b.rank || compare(a.name, b.name))
    .map((one) => one.name);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
