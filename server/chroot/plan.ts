import path from 'node:path';
import type { Argv } from '../../common/system/io.ts';
import { type AbsPath, absPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { inChroot, showDir } from '../../install/chroot/in-chroot.ts';
import { type ChrootFacts, placeholder } from './facts.ts';
import type { ChrootSettings } from './settings.ts';

/** The program that works in the namespace. */
const program = absPath(path.resolve(import.meta.dirname, 'main.ts'));

/** invoke-rc.d(8): 101 forbids to start or stop a service. */
const policy = '#!/bin/sh\n# Services of an image do not start on the image server.\nexit 101\n';

/** The command to run in the image, and its environment. */
export type ChrootWish = { argv: [string, ...string[]]; env: Record<string, string> };

/** The path on this server of a file that is shown in the image. */
const lentFile = (facts: ChrootFacts, name: string) => under(facts.lent, name);

/** The settings: the command, and the places where our own files are shown or written. */
function settingsOf(facts: ChrootFacts, wish: ChrootWish): ChrootSettings {
  const { tree, resolv, policyAt } = facts;
  return {
    tree,
    ...wish,
    shown: [
      ...(resolv?.kind === 'shown' ? [{ path: resolv.path, from: lentFile(facts, 'resolv.conf') }] : []),
      ...(policyAt === undefined ? [] : [{ path: policyAt, from: lentFile(facts, 'policy-rc.d') }]),
    ],
    written: resolv?.kind === 'written' ? [{ path: resolv.path, content: facts.resolvText }] : [],
  };
}

/** Writes our files beside the image, and placeholders into the image for the files that it lacks. */
export function planPrepare(facts: ChrootFacts): Step[] {
  const { lent, tree, resolvText, missing } = facts;
  const write = (name: string, content: string, mode: number): Step => {
    return { why: `Lend ${name} to the image`, kind: 'write', at: here(lentFile(facts, name)), content, mode };
  };
  return [
    { why: 'Make a folder for the files that are lent to the image', kind: 'mkdir', at: here(lent), mode: 0o755 },
    write('resolv.conf', resolvText, 0o644),
    write('policy-rc.d', policy, 0o755),
    ...missing.map((at): Step => {
      return {
        why: `Make ${at}, to be mounted over`,
        kind: 'write',
        at: { root: tree, path: at },
        content: placeholder,
        mode: 0o644,
      };
    }),
  ];
}

/** Takes away what was lent; `left` are the files in the image that still hold the placeholder. */
export function planTidy({ lent, tree }: Pick<ChrootFacts, 'lent' | 'tree'>, left: readonly AbsPath[]): Step[] {
  return [
    ...left.map((at): Step => {
      return { why: `Take ${at} away, which the image did not have`, kind: 'remove', at: { root: tree, path: at } };
    }),
    { why: 'Take the lent files away', kind: 'remove', at: here(lent) },
  ];
}

/**
 * A mount namespace of its own (mount_namespaces(7)): nobody who pulls or copies the image sees the server's /proc and /dev
 * in the tree, and the mounts are gone with the last process, however the process ends.
 */
export function enterArgv(facts: ChrootFacts, wish: ChrootWish): Argv {
  const settings = JSON.stringify(settingsOf(facts, wish));
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', program, settings];
  return ['unshare', '--mount', '--', ...node];
}

/** The steps inside the namespace. */
export function planInside({ tree, argv, env, shown, written }: ChrootSettings): Step[] {
  return [
    inChroot(tree, `Work in ${tree}`, [
      showDir(tree, '/dev/pts'),
      ...written.flatMap(({ path: at, content }): Step[] => [
        { why: `Make the folder of ${at}`, kind: 'mkdir', at: { root: tree, path: under(at, '..') } },
        { why: `Lend ${at}`, kind: 'write', at: { root: tree, path: at }, content, mode: 0o644 },
      ]),
      ...shown.map(({ path: at, from }): Step => {
        return {
          why: `Lend ${at}`,
          kind: 'mount',
          source: from,
          at: { root: tree, path: at },
          type: 'bind',
          options: [],
          lasts: 'group',
        };
      }),
      { why: `Run ${argv[0]}`, kind: 'run', argv, chroot: tree, env, terminal: true },
    ]),
  ];
}

/** All steps, for --dry-run. */
export function printablePlan(facts: ChrootFacts, wish: ChrootWish): Step[] {
  const inside = planInside(settingsOf(facts, wish));
  const enter = enterArgv(facts, wish).slice(0, -1);
  return [
    ...planPrepare(facts),
    { why: 'Enter a mount namespace of its own', kind: 'run', argv: [enter[0] ?? '', ...enter.slice(1)] },
    ...inside,
    ...planTidy(facts, facts.missing),
  ];
}
