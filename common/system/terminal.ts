import { visible } from './visible.ts';

/** Output for people: no control character of a text reaches the terminal. All our programs write by these two functions. */
export const terminal = {
  out: (text: string) => void process.stdout.write(visible(text)),
  err: (text: string) => void process.stderr.write(visible(text)),
};

/** One line on standard output. */
export const printLine = (line: string) => terminal.out(`${line}\n`);

/** One line on standard error about the work in progress, if standard output is for the answer. */
export const sayLine = (line: string) => terminal.err(`${line}\n`);
