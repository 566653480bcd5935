import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { visible } from '../../common/system/visible.ts';
import { paths } from '../paths.ts';

/** The program that shows the notice and becomes a shell; part of the initrd's root. */
const rescueShell: AbsPath = '/usr/lib/boel/rescue-shell';

/** The consoles that the kernel was told of, as names below /dev: tty0 ttyS0. tty0 is the screen that is shown now. */
export async function activeConsoles(io: Io): Promise<string[]> {
  const text = (await io.readText('/sys/class/tty/console/active')) ?? '';
  return text.split(/\s+/).filter((name) => /^[A-Za-z0-9]+$/.test(name));
}

/** The program that waits for Enter on a serial line looks for the notice once a second; until then it takes what is typed. */
const lineShellMs = 1500;

/** Writes the notice, which init's rescue shell prints, and opens a shell on every console; a shell that is left is opened again. */
export async function openShells(io: Io, notice: string, signal: AbortSignal): Promise<void> {
  // A full /run takes no notice; the shells are what counts.
  await io.write(paths.notice, visible(notice), { mode: 0o644 }).catch(() => {});
  await io.sleep(lineShellMs, signal).catch(() => {});
  for (const name of await activeConsoles(io)) keepShell(io, name === 'tty0' ? 'tty1' : name, signal).catch(() => {});
}

async function keepShell(io: Io, tty: string, signal: AbortSignal): Promise<void> {
  if (!(await io.lstat(under('/dev', tty)))) return;
  while (!signal.aborted) {
    const startedMs = performance.now();
    const shell = io.run(
      {
        argv: ['getty', '-n', '-i', '-L', '-l', rescueShell, '0', tty, 'linux'],
        env: { TERM: 'linux' },
        outlivesUs: true,
      },
      { signal },
    );
    // Memory may be short for a moment.
    await shell.catch(() => {});
    // A line that hangs up at once would be opened thousands of times a second.
    if (performance.now() - startedMs < 1000) await io.sleep(5000, signal).catch(() => {});
  }
}
