import { lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { filesBelow } from '../common/system/files-below.ts';
import { goldenTree } from '../test/assets/golden.ts';
import { run } from '../test/boot/harness/processes.ts';
import { type DiskType, onFreshDisk } from './parts/fresh-disk.ts';
import { getimageArgv, showTree } from './parts/golden-daemon.ts';
import { scratchFolder } from './parts/scratch.ts';
import { mib, printTable } from './parts/table.ts';

/** Room for two versions. */
const diskGib = 5;

/** Every so many-th file changes: 1 %. */
const changedEvery = 100;

const kinds: { name: string; type: DiskType; more: string[] }[] = [
  { name: 'btrfs', type: 'btrfs', more: [] },
  { name: 'xfs', type: 'xfs', more: [] },
  { name: 'xfs, --share=hardlink', type: 'xfs', more: ['--share=hardlink'] },
  { name: 'ext4, --share=hardlink', type: 'ext4', more: ['--share=hardlink'] },
];

/** MiB that a machine has in /srv besides its system, in one file: what a new version costs besides goes by the number of files. */
const dataMib = [0, 860];

/** The room that a second version takes of which 1 % of the files have changed, as a share of the first. */
export async function versions(): Promise<void> {
  const rows: string[][] = [];
  for (const { name, type, more, data } of kinds.flatMap((kind) => dataMib.map((each) => ({ ...kind, data: each })))) {
    await using scratch = await scratchFolder('versions');
    const { dir } = scratch;
    const tree = path.join(dir, 'golden');
    await run(['cp', '-a', '--', await goldenTree({ kernel: 'full', size: 'standard' }), tree]);
    if (data > 0) await run(['dd', 'if=/dev/urandom', `of=${tree}/srv/data`, 'bs=1M', `count=${data}`, 'status=none']);
    await using _ = await showTree(dir, tree);
    const figures = await onFreshDisk(dir, type, (target) => measure(dir, target, more, tree), diskGib);
    rows.push([data === 0 ? name : `${name}, with data`, ...figures]);
  }
  printTable(['', 'first version', 'changed files', 'second version besides'], rows);
}

/** Captures, changes files, and captures again: the first version, what changed, and what the second takes besides. */
async function measure(dir: string, target: string, more: string[], tree: string): Promise<string[]> {
  // Manifests lie on another disk here: they are not part of an image.
  const server = path.join(target, 'var/lib/systemimager');
  await mkdir(server, { recursive: true });
  await mkdir(path.join(dir, 'manifests'));
  await symlink(path.join(dir, 'manifests'), path.join(server, 'manifests'));
  const capture = (image: string) => run(getimageArgv(target, image, ...more), { limitMs: 600_000 });
  const empty = await usedBytes(target);
  await capture('bench_v1');
  const first = await usedBytes(target);
  const changed = await changeFiles(tree);
  await capture('bench_v2');
  const second = await usedBytes(target);
  const percent = (bytes: number) => `${((bytes / (first - empty)) * 100).toFixed(2)} %`;
  return [mib(first - empty), percent(changed), percent(second - first)];
}

async function usedBytes(target: string): Promise<number> {
  await run(['sync', '-f', target]);
  const { stdout } = await run(['df', '--block-size=1', '--output=used', target]);
  return Number(stdout.split('\n')[1]);
}

/** Gives one file of a hundred another content of its size; tells the bytes of these files. */
async function changeFiles(tree: string): Promise<number> {
  const isText = (name: string) => !name.includes('\uFFFD');
  const names = (await filesBelow(tree)).filter(isText).map((name) => path.join(tree, name));
  const all = await Promise.all(names.map(async (name) => ({ name, stat: await lstat(name) })));
  const files = all.filter((one) => one.stat.isFile());
  let bytes = 0;
  for (const { name, stat } of files.filter((_, at) => at % changedEvery === 0)) {
    await writeFile(name, Buffer.alloc(stat.size, `${name} `));
    bytes += stat.size;
  }
  return bytes;
}
