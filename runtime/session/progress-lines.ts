import type { StepEvent } from '../../common/system/apply.ts';
import type { Io } from '../../common/system/io.ts';
import { queueEvent } from './events.ts';

/** Between two progress lines on the consoles: a serial line at 9600 baud carries 960 characters a second. */
const lineMs = 5000;
/** Between two progress reports to the server. */
const reportMs = 2000;

type ProgressEvent = Extract<StepEvent, { kind: 'progress' }>;

const mib = (bytes: number) => Math.round(bytes / 1024 ** 2);

/** One line of progress, as `image: 42 %, 512 of 1219 MiB, 35 MiB/s, 20 s left`. */
export function formatProgress(
  verb: string,
  { doneBytes, totalBytes, bytesPerSecond }: Omit<ProgressEvent, 'kind' | 'step'>,
): string {
  const rate = `${mib(bytesPerSecond)} MiB/s`;
  if (!totalBytes) return `${verb}: ${mib(doneBytes)} MiB, ${rate}`;
  const percent = Math.min(100, Math.floor((100 * doneBytes) / totalBytes));
  const left = bytesPerSecond > 0 ? `, ${Math.ceil(Math.max(0, totalBytes - doneBytes) / bytesPerSecond)} s left` : '';
  return `${verb}: ${percent} %, ${mib(doneBytes)} of ${mib(totalBytes)} MiB, ${rate}${left}`;
}

/** A listener that says progress in plain lines and reports it, neither more often than makes sense. */
export function progressLines(io: Io, verb: string, say: (line: string) => void): (event: ProgressEvent) => void {
  let saidMs = Number.NEGATIVE_INFINITY;
  let reportedMs = Number.NEGATIVE_INFINITY;
  return (event) => {
    const nowMs = performance.now();
    if (nowMs - saidMs >= lineMs) {
      saidMs = nowMs;
      say(formatProgress(verb, event));
    }
    if (nowMs - reportedMs >= reportMs) {
      reportedMs = nowMs;
      const { doneBytes, totalBytes, bytesPerSecond } = event;
      void queueEvent(io, {
        kind: 'progress',
        verb,
        doneBytes,
        ...(totalBytes === undefined ? {} : { totalBytes }),
        bytesPerSecond,
      });
    }
  };
}
