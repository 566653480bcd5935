import { ReportEvent } from '../../common/model/report.ts';

/** Seconds of a script: up to the first byte of the image; and of all that is neither rsync nor another program that takes its own time. */
export type ScriptTimes = { toImageS: number; ownS: number };

/** What comes before the script's first line, and what is shown when the image begins to come. */
const first = /^Script: /;
const pulls = /^image: Pull image /;
/** Steps whose time is that of rsync, mkfs, the disk or programs of the image. */
const foreign = [
  /^image: Pull /,
  /^mkfs: Make /,
  /^host: Make the machine’s own ssh host keys/,
  /^boot: (Put grub|Make) /,
  /^finish: Write everything /,
];
/** Lines that come between the beginning and the end of a step. */
const meanwhile = /^(image: +\d+ %|Reports wait|The image server takes reports)/;

/** Reads them from what the consoles showed, and from the events that the server got, which tell when a verb ended. */
export function scriptTimes(consoleText: string, eventLines: readonly string[]): ScriptTimes {
  const shown = [...consoleText.matchAll(/^\[ *(\d+\.\d)\] (.*?)\r*$/gm)].map(([, at, text = '']) => ({
    atS: Number(at),
    text,
  }));
  const start = shown.findIndex(({ text }) => first.test(text));
  const pull = shown.find(({ text }) => pulls.test(text));
  const last = shown.at(-1);
  const startS = shown[start]?.atS;
  if (startS === undefined || !pull || !last) throw new Error('no script that pulls an image');
  const events = eventLines.map((line) => ReportEvent.parse(JSON.parse(line)));
  const finished = events.find((event) => event.kind === 'finished');
  if (!finished) throw new Error('no event tells that it finished');
  // That event has both clocks.
  const bootMs = Date.parse(finished.at) - finished.seconds * 1000;
  const ends = events
    .filter((event) => event.kind === 'verb' && event.phase === 'end')
    .map((event) => ({ atS: (Date.parse(event.at) - bootMs) / 1000, text: '' }));
  const marks = [...shown.slice(start).filter(({ text }) => !meanwhile.test(text)), ...ends].toSorted(
    (a, b) => a.atS - b.atS,
  );
  // A step with other words than here would count as our own time.
  const absent = foreign.find((step) => !marks.some(({ text }) => step.test(text)));
  if (absent) throw new Error(`no line ${absent.source} in what the consoles showed`);
  const foreignS = marks
    .map(({ atS, text }, index) =>
      foreign.some((step) => step.test(text)) ? (marks[index + 1]?.atS ?? last.atS) - atS : 0,
    )
    .reduce((sum, one) => sum + one, 0);
  return { toImageS: pull.atS - startS, ownS: last.atS - startS - foreignS };
}
