import type { StepEvent } from '../../common/system/step-event.ts';
import type { Io } from '../../common/system/io.ts';
import { printProgress } from '../../common/system/progress.ts';
import { queueEvent } from './events.ts';

/** Time between two progress lines on the consoles: a serial line at 9600 baud carries 960 characters a second. */
const lineMs = 5000;
/** Time between two progress reports to the server. */
const reportMs = 2000;

type ProgressEvent = Extract<StepEvent, { kind: 'progress' }>;

/** A listener that says progress in plain lines and reports it to the server, both at a limited rate. */
export function progressLines(io: Io, verb: string, say: (line: string) => void): (event: ProgressEvent) => void {
  let saidMs = Number.NEGATIVE_INFINITY;
  let reportedMs = Number.NEGATIVE_INFINITY;
  return (event) => {
    const nowMs = performance.now();
    if (nowMs - saidMs >= lineMs) {
      saidMs = nowMs;
      say(`${verb}: ${printProgress(event)}`);
    }
    if (nowMs - reportedMs >= reportMs) {
      reportedMs = nowMs;
      const { doneBytes, totalBytes, bytesPerSecond } = event;
      const size = totalBytes === undefined ? {} : { totalBytes };
      queueEvent(io, { kind: 'progress', verb, doneBytes, ...size, bytesPerSecond }).catch(() => {});
    }
  };
}
