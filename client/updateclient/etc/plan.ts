import { UserError } from '../../../common/system/errors.ts';
import { type AbsPath, here as ofMachine, under } from '../../../common/system/place.ts';
import type { Step } from '../../../common/system/step.ts';
import { table } from '../../../common/table.ts';
import type { Update } from '../plan.ts';
import type { Protected } from '../scan.ts';
import { type AccountFile, accountFiles, mergeAccounts, type NumberConflict, numberConflicts } from './accounts.ts';
import { baseFile, type EtcEntry, printBase } from './base.ts';
import { mergeEtc, nextBase } from './merge.ts';
import { type EtcSides, stage } from './probe.ts';

/** Files of which this machine and the image have changed both; only the administrator can mend them. */
export const conflictFile: AbsPath = '/var/lib/systemimager/etc-conflicts';

export type EtcWish = {
  image: string;
  /** Paths of --keep and --take, relative to the root. */
  keep: readonly string[];
  take: readonly string[];
  /** False for what lies outside of --only. */
  covers: (path: string) => boolean;
  /** The conflicts of earlier updates. */
  earlier: readonly string[];
};

/** The update with /etc merged, and the steps that finish the merge after the files have come. */
export type EtcPlan = {
  update: Update;
  conflicts: string[];
  /** Changes of this machine that the merge itself writes. */
  merges: Step[];
  /** What is written down for the next update. */
  records: Step[];
};

const files = Object.keys(accountFiles) as AccountFile[];

/** Merges /etc three ways, and passwd(5) and its like by name. UserError if a number means two names. */
export function planEtc(update: Update, sides: EtcSides, wish: EtcWish, root: AbsPath): EtcPlan {
  const isTaken = (file: string) => wish.take.some((one) => file === one || file.startsWith(`${one}/`));
  const merged = files.flatMap((file) => {
    const { here, image } = sides.accounts[file];
    const isChanged = update.changes.some(
      ({ path, reason }) => path === file && reason !== 'new' && reason !== 'deleted',
    );
    if (!isChanged || here === undefined || image === undefined || isTaken(file)) return [];
    return [{ file, here, image, base: sides.base?.accounts[file] }];
  });
  refuseNumbers(merged.flatMap(({ file, here, image, base }) => numberConflicts(file, here, image, base)));
  const texts = merged
    .map((one) => ({ ...one, text: mergeAccounts(one.file, one.here, one.image, one.base) }))
    .filter(({ text, image }) => text !== image);
  const byName = new Set<string>(texts.map(({ file }) => file));
  const facts = {
    ...sides,
    base: sides.base?.tree,
    keep: wish.keep,
    take: [...wish.take, ...merged.map(({ file }) => file)],
  };
  const { changes, kept, conflicts } = mergeEtc(
    update.changes.filter(({ path }) => !byName.has(path)),
    facts,
  );
  const accounts = texts.map(({ file }): Protected => {
    return { path: file, rule: { pattern: '', from: 'merged by name with users and groups of this machine' } };
  });
  const base = nextBase(facts, update.changes, { kept: update.kept, covers: wish.covers });
  const imageAccounts = Object.fromEntries(
    files.flatMap((file) => {
      const text = wish.covers(file) ? sides.accounts[file].image : sides.base?.accounts[file];
      return text === undefined ? [] : [[file, text]];
    }),
  );
  const differing = new Set([...conflicts, ...kept.map(({ path }) => path)]);
  const open = [
    ...new Set([...wish.earlier.filter((path) => differing.has(path) || !wish.covers(path)), ...conflicts]),
  ].sort();
  const solved = wish.earlier.filter((path) => !differing.has(path) && wish.covers(path));
  return {
    update: { changes, kept: [...update.kept, ...accounts, ...kept] },
    conflicts: open,
    merges: [
      ...texts
        .filter(({ text, here }) => text !== here)
        .flatMap(({ file, text }) => writeAccounts(file, text, sides.here.get(file), root)),
      ...conflicts.filter((path) => sides.image.get(path)?.kind === 'file').map((path) => beside(path, root)),
      ...solved.map((path): Step => {
        return {
          why: `Remove /${path}.image, which is no longer another text`,
          kind: 'remove',
          at: { root, path: imageName(path) },
        };
      }),
    ],
    records: [
      write(root, 'Write down the files of /etc to look at', conflictFile, open.map((path) => `/${path}\n`).join('')),
      ...(base === undefined
        ? []
        : [
            write(
              root,
              'Write down what the image has in /etc',
              baseFile,
              printBase(wish.image, { tree: base, accounts: imageAccounts }),
            ),
          ]),
    ],
  };
}

const imageName = (path: string): AbsPath => `/${path}.image`;

const write = (root: AbsPath, why: string, path: AbsPath, secret: string): Step => {
  return { why, kind: 'write', at: { root, path }, content: { secret, as: 'see the file' }, mode: 0o600 };
};

/** The copy beside it has the name that passwd(1) and its like give to theirs. */
function writeAccounts(file: AccountFile, text: string, entry: EtcEntry | undefined, root: AbsPath): Step[] {
  const path: AbsPath = `/${file}`;
  const { mode = 0o644, uid = 0, gid = 0 } = entry ?? {};
  return [
    { why: `Keep ${path} as ${path}-`, kind: 'copy', from: { root, path }, to: { root, path: `${path}-` } },
    {
      why: `Merge ${path} by name`,
      kind: 'write',
      at: { root, path },
      content: { secret: text, as: 'users and groups' },
      mode,
      owner: { uid, gid },
    },
  ];
}

function beside(path: string, root: AbsPath): Step {
  const to = imageName(path);
  return {
    why: `Lay the image’s /${path} beside it as ${to}`,
    kind: 'copy',
    from: ofMachine(under(stage, path)),
    to: { root, path: to },
  };
}

/** A number on disk would belong to somebody else after the update. */
function refuseNumbers(conflicts: readonly NumberConflict[]): void {
  if (conflicts.length === 0) return;
  const rows = conflicts.map(({ what, number, here, image }) => [what, number, here, image]);
  throw new UserError(
    `numbers of users or groups mean another name here and in the image; nothing was changed\n${table([['KIND', 'NUMBER', 'HERE', 'IN THE IMAGE'], ...rows])}`,
    'Give the user or group here the number that the image has (usermod -u, groupmod -g, then chown its files), or take the image’s file: --take /etc/passwd.',
  );
}
