import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run, start } from '../test/boot/harness/processes.ts';
import { onFreshDisk } from './parts/fresh-disk.ts';
import { getimageArgv, showTree } from './parts/golden-daemon.ts';
import { scratchFolder } from './parts/scratch.ts';
import { mib, printTable, seconds } from './parts/table.ts';

const folders = 1000;
const filesInEach = 1000;
const diskGib = 16;
const pollMs = 100;

/** The memory of `getimage`, and of rsync beside it, for a tree of a million small files. */
export async function manyFiles(): Promise<void> {
  await using scratch = await scratchFolder('many-files');
  const { dir } = scratch;
  const work = async (target: string) => {
    const tree = path.join(target, 'golden');
    makeTree(tree);
    await using _ = await showTree(dir, tree);
    const rows = [];
    for (const [what, image] of [
      ['first time', 'bench_v1'],
      ['nothing changed', 'bench_v1'],
      ['next version', 'bench_v2'],
    ] as const) {
      const { peaks, taken } = await measured(getimageArgv(target, image));
      rows.push([what, seconds(taken), mib(peaks.getimage ?? 0), mib(peaks.rsync ?? 0), mib(peaks.getfattr ?? 0)]);
    }
    printTable(['', 'time', 'getimage', 'rsync', 'getfattr'], rows);
    await run(['rm', '-rf', '--', tree], { limitMs: 600_000 });
  };
  await onFreshDisk(dir, 'ext4 of small files', work, diskGib);
}

/** What a golden client says of itself, and the files. */
function makeTree(tree: string): void {
  mkdirSync(path.join(tree, 'etc/systemimager'), { recursive: true });
  writeFileSync(path.join(tree, 'etc/systemimager/mounted_filesystems'), '/dev/sda1 on / type ext4 (rw)\n');
  for (let at = 0; at < folders; at += 1) {
    const folder = path.join(tree, `srv/folder-${at}`);
    mkdirSync(folder, { recursive: true });
    for (let file = 0; file < filesInEach; file += 1)
      writeFileSync(path.join(folder, `file-${file}`), `${at} ${file}\n`);
  }
}

/** Runs a command, and tells the most memory (VmHWM of proc_pid_status(5), bytes) of a process of each name below it. */
async function measured(argv: [string, ...string[]]): Promise<{ peaks: Record<string, number>; taken: number }> {
  const peaks: Record<string, number> = {};
  const startedMs = performance.now();
  const child = await start({ argv }, { onLine: (line) => console.log(`  ${line}`) });
  const look = setInterval(() => {
    for (const { name, bytes } of below(child.pid)) peaks[name] = Math.max(peaks[name] ?? 0, bytes);
  }, pollMs);
  const { code } = await child.exit;
  clearInterval(look);
  if (code !== 0) throw new Error(`${argv.join(' ')} exited ${code}`);
  return { peaks, taken: (performance.now() - startedMs) / 1000 };
}

/** The process and all that it started. */
function below(top: number): { name: string; bytes: number }[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const text = statusOf(pid);
      const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(text)?.[1] ?? '';
      const bytes = Number(field('VmHWM')) * 1024;
      // The launcher becomes Node, whose main thread has a name of its own (pthread_setname_np(3)).
      const name = Number(pid) === top ? 'getimage' : field('Name');
      return bytes > 0 ? [{ pid: Number(pid), parent: Number(field('PPid')), name, bytes }] : [];
    });
  const family = new Set([top]);
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const one of all) if (family.has(one.parent)) family.add(one.pid);
  }
  return all.filter((one) => family.has(one.pid));
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}
