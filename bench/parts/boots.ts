import path from 'node:path';
import { type RowContext, row } from '../../test/boot/harness/row.ts';
import { runRow } from '../../test/boot/harness/run-row.ts';
import type { Vm } from '../../test/boot/harness/vm.ts';
import { boel } from '../../test/assets/boel.ts';
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
export async function ourBoot(words: string): Promise<Booted> {
  const { kernel, initrd } = await boel();
  return { kernel, initrd, append: `${append} rootfstype=ramfs ${words}`, firstLine: 'boel 6' };
}

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

/** Waits for a line, and says when it came, in s since the machine was switched on. */
export async function secondsTo(vm: Vm, wanted: RegExp | string, withinS: number): Promise<number> {
  await vm.console(wanted, { withinS });
  const lines = await vm.lines();
  const found = lines.findLast(({ text }) => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)));
  return (found?.atMs ?? Number.NaN) / 1000;
}
