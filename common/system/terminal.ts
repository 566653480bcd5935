import { visible } from './visible.ts';

/** What people read: whatever it says, it steers no terminal. Every program writes by these two. */
export const terminal = {
  out: (text: string) => void process.stdout.write(visible(text)),
  err: (text: string) => void process.stderr.write(visible(text)),
};

/** One line on standard output. */
export const printLine = (line: string) => terminal.out(`${line}\n`);

/** One line on standard error: of what goes on, where standard output is for what was asked. */
export const sayLine = (line: string) => terminal.err(`${line}\n`);
