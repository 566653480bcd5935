import { describe, expect, it } from 'vitest';
import type { Change } from '../plan.ts';
import { type EtcEntry, type EtcTree, printBase } from './base.ts';
import { type EtcWish, planEtc } from './plan.ts';
import type { EtcSides } from './probe.ts';

const file = (sum: string, mode = 0o644): EtcEntry => ({ kind: 'file', mode, uid: 0, gid: 42, sum });
const change = (path: string, reason: Change['reason'] = 'changed'): Change => {
  return { path, kind: 'file', reason, details: [], sizeBytes: 1, mtime: '', layer: 0 };
};
const tree = (entries: Record<string, EtcEntry>): EtcTree => new Map(Object.entries(entries));
const [root, bob, redis] = [
  'root:x:0:0::/root:/bin/sh\n',
  'bob:x:5001:5001::/home/bob:/bin/sh\n',
  'redis:x:120:120::/:/bin/false\n',
];
const same = (text: string | undefined) => ({ here: text, image: text });
const sides = (more: Partial<EtcSides>): EtcSides => ({
  here: tree({}),
  image: tree({}),
  base: { tree: tree({}), accounts: {} },
  accounts: {
    'etc/passwd': same(root),
    'etc/shadow': same(undefined),
    'etc/group': same(undefined),
    'etc/gshadow': same(undefined),
    'etc/subuid': same(undefined),
    'etc/subgid': same(undefined),
    ...more.accounts,
  },
  ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'accounts')),
});
const wish: EtcWish = { image: 'web_v2', keep: [], take: [], covers: () => true, earlier: [] };
const passwd = (here: string, image: string) => ({ 'etc/passwd': { here, image } }) as EtcSides['accounts'];
const plan = (changes: Change[], more: Partial<EtcSides>, asked: Partial<EtcWish> = {}) =>
  planEtc({ changes, kept: [] }, sides(more), { ...wish, ...asked }, '/');

describe('the plan for /etc', () => {
  it('writes merged accounts with the mode and owner that they have, keeps the text before, and shows no secret', () => {
    const { update, merges } = plan([change('etc/passwd'), change('usr/x')], {
      here: tree({ 'etc/passwd': file('a', 0o640) }),
      image: tree({ 'etc/passwd': file('b') }),
      accounts: passwd(root + bob, root + redis),
    });
    expect(update.changes.map((one) => one.path)).toEqual(['usr/x']);
    expect(update.kept[0]?.rule.from).toBe('merged by name with users and groups of this machine');
    expect(merges).toEqual([
      expect.objectContaining({ kind: 'copy', to: { root: '/', path: '/etc/passwd-' } }),
      expect.objectContaining({
        at: { root: '/', path: '/etc/passwd' },
        content: { secret: root + bob + redis, as: 'users and groups' },
        mode: 0o640,
        owner: { uid: 0, gid: 42 },
      }),
    ]);
  });

  it('has rsync bring accounts that are the image’s after the merge', () => {
    const { update, merges } = plan([change('etc/passwd')], {
      here: tree({ 'etc/passwd': file('a') }),
      image: tree({ 'etc/passwd': file('b') }),
      base: { tree: tree({ 'etc/passwd': file('a') }), accounts: { 'etc/passwd': root } },
      accounts: passwd(root, redis + root),
    });
    expect(update.changes.map((one) => one.path)).toEqual(['etc/passwd']);
    expect(merges).toEqual([]);
  });

  it('stops with a table if a number means two names, unless the image’s file is taken', () => {
    const here = { accounts: passwd(root + bob.replaceAll('5001', '120'), root + redis) };
    expect(() => plan([change('etc/passwd')], here)).toThrow(
      /KIND +NUMBER +HERE +IN THE IMAGE\n +user +120 +bob +redis/,
    );
    expect(plan([change('etc/passwd')], here, { take: ['etc/passwd'] }).update.changes).toHaveLength(1);
  });

  it('lays the image’s file beside one that was changed on both sides, and remembers it until the two are the same', () => {
    const both = {
      here: tree({ 'etc/motd': file('here') }),
      image: tree({ 'etc/motd': file('image') }),
      base: { tree: tree({ 'etc/motd': file('before') }), accounts: {} },
    };
    const first = plan([change('etc/motd')], both);
    expect(first.conflicts).toEqual(['etc/motd']);
    expect(first.update.changes).toEqual([]);
    expect(first.merges).toEqual([
      expect.objectContaining({
        kind: 'copy',
        from: { root: '/', path: '/run/systemimager/etc-image/etc/motd' },
        to: { root: '/', path: '/etc/motd.image' },
      }),
    ]);
    const later = { ...both, base: { tree: tree({ 'etc/motd': file('image') }), accounts: {} } };
    const second = plan([change('etc/motd')], later, { earlier: ['etc/motd'] });
    expect(second.conflicts).toEqual(['etc/motd']);
    expect(second.merges).toEqual([]);
    const solved = plan([], { here: tree({ 'etc/motd': file('image') }) }, { earlier: ['etc/motd'] });
    expect(solved.conflicts).toEqual([]);
    expect(solved.merges).toEqual([
      expect.objectContaining({ kind: 'remove', at: { root: '/', path: '/etc/motd.image' } }),
    ]);
  });

  it('writes down the image’s entries and accounts for the next update, for root alone', () => {
    const { records } = plan([change('etc/motd'), change('etc/mine', 'deleted')], {
      here: tree({ 'etc/motd': file('before'), 'etc/mine': file('mine') }),
      image: tree({ 'etc/motd': file('image') }),
      base: { tree: tree({ 'etc/motd': file('before') }), accounts: {} },
    });
    expect(records.at(-1)).toMatchObject({
      at: { path: '/var/lib/systemimager/etc-base.json' },
      mode: 0o600,
      content: {
        secret: printBase('web_v2', { tree: tree({ 'etc/motd': file('image') }), accounts: { 'etc/passwd': root } }),
      },
    });
  });
});
