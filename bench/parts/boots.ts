import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type RowContext, row } from '../../test/boot/harness/row.ts';
import { runRow } from '../../test/boot/harness/run-row.ts';
import type { Vm } from '../../test/boot/harness/vm.ts';
import { makeInitrd, type Maker, makersTree } from './other-initrds.ts';

const logs = path.resolve(import.meta.dirname, '../../build/bench');

/** Does `work` with what a boot test gets, and gives its result. */
export async function withMachines<T>(name: string, work: (test: RowContext) => Promise<T>): Promise<T> {
  let value: { result: T } | undefined;
  const run = async (test: RowContext) => {
    value = { result: await work(test) };
  };
  const ended = await runRow(row({ name, covers: [], seconds: 0, run }), logs);
  if (ended.kind === 'failed') throw ended.error;
  if (!value) throw new Error(`${name} gave nothing`);
  return value.result;
}

/** What boots: kernel and initrd, what is said to them, and the first line of their own programs. */
export type Booted = { kernel: string; initrd: string; append: string; firstLine: string };

/** The kernel tells when it starts init, in s since its own start (init/main.c, run_init_process). */
export const initLine = /\[ *(\d+\.\d+)\] Run \/init as init process/;

/** The time in that line. */
export const secondsOfInit = (line: string) => Number(initLine.exec(line)?.[1]);

/** Ours; `words` are typed at the boot prompt. */
export const ourBoot = ({ kernel, initrd }: Pick<Booted, 'kernel' | 'initrd'>, words: string): Booted => {
  return { kernel, initrd, append: `${append} rootfstype=ramfs ${words}`, firstLine: 'boel 6' };
};

const append = 'console=ttyS0,115200 loglevel=7';

/** Another maker's, for the same kernel: it stops at its first line. */
export async function otherBoot(maker: Maker): Promise<Booted> {
  const tree = await makersTree();
  const { file } = await makeInitrd(maker, tree);
  const kernel = tree.kernel;
  return maker === 'mkinitramfs'
    ? { kernel, initrd: file, append: `${append} break=top`, firstLine: 'Loading, please wait' }
    : { kernel, initrd: file, append: `${append} rd.break=cmdline rd.shell`, firstLine: 'dracut' };
}

/** Waits for a line until it is whole, and says when it came, in s since the machine was switched on. */
export async function secondsTo(vm: Vm, wanted: RegExp | string, withinS: number): Promise<number> {
  const pattern = typeof wanted === 'string' ? RegExp.escape(wanted) : wanted.source;
  await vm.console(new RegExp(`(?:${pattern}).*\\n`), { withinS });
  const found = (await vm.lines()).findLast(({ text }) => new RegExp(pattern).test(text));
  return (found?.atMs ?? Number.NaN) / 1000;
}

/** Fields 14 and 15 of /proc/PID/stat count in ticks, of which a second has 100 (proc_pid_stat(5), USER_HZ). */
const ticks = 100;

/** The time that processors have worked for a machine, in s: other programs of this computer change it little. */
export async function workSeconds({ pid }: Vm): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [user = Number.NaN, system = Number.NaN] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / ticks;
}
