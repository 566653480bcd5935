import type { WriteStream } from 'node:tty';
import { visible } from '../../common/system/visible.ts';
import type { Machine } from './machines.ts';
import type { Outcome } from './push.ts';

/** What a person sees of a push while it runs. */
export type PushView = {
  begin(machine: Machine): void;
  line(machine: Machine, text: string): void;
  end(outcome: Outcome): void;
  close(): void;
};

const drawnMs = 200;

/** The end of an outcome in words: done in 3 s, failed with exit code 1 after 3 s. */
export function outcomeWords({ ending, code, seconds = 0 }: Outcome): string {
  const took = `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  switch (ending) {
    case 'done':
      return `done in ${took}`;
    case 'failed':
      return `failed with exit code ${code} after ${took}`;
    case 'away':
      return `ssh did not reach it, or the connection broke, after ${took}`;
    case 'waits':
      return 'not begun';
  }
}

/** Plain lines: what each machine says behind its name, and how the machine ended. */
export function plainView(print: (line: string) => void): PushView {
  return {
    begin() {},
    line: ({ host }, text) => print(`${host}: ${text}`),
    end: (outcome) => print(`${outcome.host}: ${outcomeWords(outcome)}`),
    close() {},
  };
}

/** On a terminal: the machines that have ended above, and below them a table that is drawn anew, with the last line of each machine at work. */
export function liveView(out: WriteStream, total: number): PushView {
  const atWork = new Map<string, { since: number; said: string }>();
  const counts: Record<Outcome['ending'], number> = { done: 0, failed: 0, away: 0, waits: 0 };
  let drawnLines = 0;
  const wipe = () => {
    if (drawnLines > 0) out.write(`\x1b[${drawnLines}A\x1b[J`);
    drawnLines = 0;
  };
  const draw = () => {
    wipe();
    const width = (out.columns || 80) - 1;
    const room = Math.max(1, (out.rows || 24) - 3);
    const waiting = total - counts.done - counts.failed - counts.away - atWork.size;
    const head = `${counts.done} done, ${counts.failed + counts.away} failed, ${atWork.size} at work, ${waiting} waiting`;
    const now = performance.now();
    const lines = [...atWork].map(
      ([host, { since, said }]) => `  ${host}  ${((now - since) / 1000).toFixed(0)} s  ${said}`,
    );
    const shown =
      lines.length > room ? [...lines.slice(0, room - 1), `  and ${lines.length - room + 1} others`] : lines;
    const text = [head, ...shown].map((line) => visible(line).slice(0, width));
    out.write(`${text.join('\n')}\n`);
    drawnLines = text.length;
  };
  const timer = setInterval(draw, drawnMs);
  return {
    begin: ({ host }) => void atWork.set(host, { since: performance.now(), said: '' }),
    line({ host }, text) {
      const one = atWork.get(host);
      if (one && text.trim() !== '') one.said = text;
    },
    end(outcome) {
      atWork.delete(outcome.host);
      counts[outcome.ending] += 1;
      wipe();
      out.write(visible(`${outcome.host}: ${outcomeWords(outcome)}\n`));
      draw();
    },
    close() {
      clearInterval(timer);
      wipe();
    },
  };
}
