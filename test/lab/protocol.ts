/** What the lab is asked: a shell script, a call of `boel` with its standard input, or which disks it has. A line of JSON. */
export type Request =
  | { kind: 'shell'; script: string }
  | { kind: 'boel'; argv: string[]; stdin: string }
  | { kind: 'disks' };

/** What came of it. `out` is base64, since a tree's listing is no text; of disks it is JSON. A line of JSON. */
export type Answer = { code: number; out: string; err: string };

/** Name of the virtio-serial port between the two. */
export const portName = 'lab';

/** What the console shows once the lab listens. */
export const readyMark = 'the lab is ready';
