import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath, type AbsPath } from '../../common/system/place.ts';
import type { Library } from './library.ts';
import { likelyFirst } from './likely-first.ts';
import { wholePackage } from './tree.ts';
import { Collector } from './programs.ts';
import type { Tree, TreeFile } from './tree.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'programs-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A package with these files: text, or where a link leads. */
function tree(name: string, files: Record<AbsPath, string | { link: string }>): Tree {
  const root = absPath(path.join(dir, name));
  const listed = Object.entries(files).map(([at, content]): [AbsPath, TreeFile] => {
    if (typeof content === 'object') return [at as AbsPath, { kind: 'link', target: content.link }];
    mkdirSync(path.dirname(path.join(root, at)), { recursive: true });
    writeFileSync(path.join(root, at), content);
    return [at as AbsPath, { kind: 'file', mode: 0o755 }];
  });
  const parents = new Set(Object.keys(files).map((at) => path.posix.dirname(at) as AbsPath));
  const dirs = [...parents].map((at): [AbsPath, TreeFile] => [at, { kind: 'dir', mode: 0o755 }]);
  return { name, root, newestSeconds: 0, files: new Map([...dirs, ...listed]) };
}
function library(trees: Tree[], depends: Record<string, string[]> = {}): Library {
  return {
    architecture: 'amd64',
    facts: () => {
      throw new Error('not asked');
    },
    dependsOf: (name) => depends[name] ?? [],
    open: async (name) => trees.find((one) => one.name === name) ?? tree(name, {}),
    prefetch: async () => {},
    opened: () => [],
  };
}

it('takes a file with the links that lead to it, across packages', async () => {
  const tool = tree('tool', {
    '/usr/sbin/tool': { link: 'tool.real' },
    '/usr/sbin/tool.real': { link: '/usr/lib/tool/x' },
  });
  const data = tree('tool-data', { '/usr/lib/tool/x': 'x' });
  const found = new Collector(library([tool, data], { tool: ['tool-data'] }));
  await found.add('/sbin/tool', 'tool', 'programs');
  expect([...found.entries.keys()]).toEqual(['/usr/sbin/tool', '/usr/sbin/tool.real', '/usr/lib/tool/x']);
});
it('takes a whole folder', async () => {
  const found = new Collector(library([tree('data', { '/usr/share/data/a': '1', '/usr/share/data/b': '2' })]));
  await found.add('/usr/share/data', 'data', 'programs');
  expect([...found.entries.keys()]).toEqual(['/usr/share/data', '/usr/share/data/a', '/usr/share/data/b']);
});
it('says where a file lies that is not where it was thought', async () => {
  const found = new Collector(library([tree('tool', { '/usr/bin/tool': 'x' })]));
  await expect(found.add('/usr/sbin/tool', 'tool', 'programs')).rejects.toMatchObject({
    message: 'the package tool has no /usr/sbin/tool',
    hint: 'It has /usr/bin/tool.',
  });
});
it('refuses a script for a program that BOEL lacks, and takes one for its shell', async () => {
  const found = new Collector(
    library([tree('s', { '/usr/bin/p': '#!/usr/bin/perl\n', '/usr/bin/s': '#! /bin/sh\n' })]),
  );
  await found.add('/usr/bin/s', 's', 'programs');
  await expect(found.add('/usr/bin/p', 's', 'programs')).rejects.toThrow('is a script for /usr/bin/perl');
});
it('names the library that is in none of the packages', async () => {
  const found = new Collector(library([]));
  await expect(found.addLibrariesOf(absPath(process.execPath), ['libc6'], 'node')).rejects.toThrow(
    /loads lib.*\.so.*, which is in none of libc6/,
  );
});
it.each([
  ['libfoo.so.1', ['foo', 'libc6', 'libfoo1'], 'libfoo1'],
  ['libfoo-1.2.so.3', ['libfoo-dev', 'libfoo-1.2-3'], 'libfoo-1.2-3'],
  ['libssl.so.3', ['libc6', 'libssl3t64'], 'libssl3t64'],
  ['libm.so.6', ['tool', 'libz1', 'libc6'], 'libc6'],
])('looks for %s in %j: first in %s', (soname, packages, first) => {
  expect(likelyFirst(soname, packages)[0]).toBe(first);
});
it('leaves documentation out of a whole package', () => {
  const all = tree('x', { '/usr/bin/x': '1', '/usr/share/doc/x/README': '2', '/usr/share/man/man1/x.1': '3' });
  expect(wholePackage(all)).toEqual(['/usr/bin/x']);
});
