import path from 'node:path';
import type { CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath, type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { serverPaths } from '../config/paths.ts';
import { lockDhcp } from '../images/lock.ts';
import { confirm } from '../../common/answers.ts';
import type { DhcpKind } from './kind.ts';
import { type ConfigurationFile, publicFile } from './read-configuration.ts';

/** The options of both commands that change a configuration. */
export type ChangeOptions = { force?: boolean; restart?: boolean; dryRun?: boolean };

/** What {@link planChange} must know. */
export type ChangeFacts = {
  root: AbsPath;
  /** True if the daemon is there to check the file. */
  canCheck: boolean;
  hasFolder: boolean;
  /** The lease file to begin, if the server needs one and has none. */
  leaseFile?: AbsPath;
};

/** Writes the configuration; a daemon that is installed checks a draft first. */
export function planChange(
  kind: DhcpKind,
  before: ConfigurationFile,
  after: string,
  facts: ChangeFacts,
  { restart = false }: ChangeOptions,
): Step[] {
  const { root, canCheck, hasFolder, leaseFile } = facts;
  const { at, mode, owner } = before;
  const folder = under(at, '..');
  // In this folder AppArmor lets the daemon read, and dnsmasq ignores names that start with a dot.
  const draft = under(folder, `.${path.basename(at)}.new`);
  const attrs = { content: after, mode, owner };
  // Below --root, the daemon of that root checks the draft, if there is one.
  const isInside = root !== '/' && draft.startsWith(`${root}/`);
  const seen = isInside ? absPath(draft.slice(root.length)) : draft;
  const check: Step[] = [
    {
      why: 'Write a draft',
      kind: 'write',
      at: here(draft),
      ...attrs,
      content: kind.checked({ ...before, text: after }),
    },
    {
      why: `Ask ${kind.title} whether it accepts the draft`,
      kind: 'run',
      argv: kind.check(seen),
      chroot: isInside ? root : undefined,
      limitMs: 60_000,
    },
    { why: 'Remove the draft', kind: 'remove', at: here(draft) },
  ];
  const begin: Step[] = leaseFile
    ? [
        { why: 'Make the folder of leases', kind: 'mkdir', at: here(under(leaseFile, '..')) },
        {
          why: `Begin the lease file that ${kind.title} needs`,
          kind: 'write',
          at: here(leaseFile),
          content: '',
          mode: publicFile,
        },
      ]
    : [];
  return [
    ...(hasFolder ? [] : [{ why: 'Make the folder of the configuration', kind: 'mkdir', at: here(folder) } as const]),
    ...(canCheck ? check : []),
    {
      why: `Write the configuration of ${kind.title}`,
      kind: 'write',
      at: here(at),
      ...attrs,
      backup: before.isThere,
    },
    ...begin,
    ...(restart
      ? [
          {
            why: `Restart ${kind.title}`,
            kind: 'run',
            argv: ['systemctl', 'restart', kind.unit],
            limitMs: 120_000,
          } as const,
        ]
      : []),
  ];
}

async function gatherFacts({ io, root }: CliContext, kind: DhcpKind, at: AbsPath): Promise<ChangeFacts> {
  const isThere = async (file: AbsPath) => (await io.lstat(under(root, file))) !== undefined;
  const leaseFiles = await Promise.all(kind.leaseFiles.map(isThere));
  const canCheck = await isThere(kind.program);
  const hasFolder = (await io.lstat(under(at, '..'))) !== undefined;
  const lacksLeases = kind.needsLeaseFile && !leaseFiles.includes(true);
  return { root, canCheck, hasFolder, leaseFile: lacksLeases ? under(root, kind.leaseFiles[0]) : undefined };
}

/** Asks, on a terminal, whether a configuration without a part of ours may get one. */
async function mayChange(context: CliContext, kind: DhcpKind, before: ConfigurationFile, options: ChangeOptions) {
  if (!before.isThere || before.text.trim() === '' || kind.isOurs(before) || options.force || options.dryRun) return;
  const what = `${before.at} is there already, and holds no part of SystemImager`;
  const kept = 'the file’s own lines stay, and a numbered backup is kept';
  if (!context.isTerminal) throw new UserError(what, `Say --force to add to that file: ${kept}.`);
  const answer = await confirm({ message: `${what}. Add to it? (${kept})`, initialValue: false });
  if (answer !== true)
    throw new UserError(`${before.at} stays as it is`, 'Write another file by --file, and copy its lines by hand.');
}

/** Changes the configuration to `after` if it differs: asks, checks, writes and says what to do next. */
export async function changeConfiguration(
  context: CliContext,
  kind: DhcpKind,
  before: ConfigurationFile,
  after: string,
  options: ChangeOptions,
): Promise<void> {
  if (options.restart && context.root !== '/')
    throw new UserError(
      '--restart means the server of this machine, not one below --root',
      'Leave one of the two out.',
    );
  if (before.isThere && before.text === after) return context.print(`${before.at} is up to date`);
  await mayChange(context, kind, before, options);
  const { io, root, signal } = context;
  await using held = new AsyncDisposableStack();
  // A file that is written to be taken elsewhere needs no lock.
  const isItsOwn = kind.configurations.some((one) => under(root, one) === before.at);
  if (isItsOwn && !options.dryRun) held.use(await lockDhcp(io, serverPaths(root), signal));
  if (((await io.readText(before.at)) ?? '') !== before.text)
    throw new UserError(
      `${before.at} was changed meanwhile`,
      'Run the command again: the command reads the file as it is now.',
    );
  const facts = await gatherFacts(context, kind, before.at);
  await context.carryOut(planChange(kind, before, after, facts, options), options);
  if (options.dryRun) return;
  context.print(`${before.at} is written${facts.canCheck ? `, and ${kind.title} accepts it` : ''}`);
  if (!facts.canCheck)
    context.print(`${under(context.root, kind.program)} is not installed here: nobody has checked the file`);
  if (!options.restart) context.print(`${kind.title} reads the file at its next start: systemctl restart ${kind.unit}`);
}
