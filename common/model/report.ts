import { z } from 'zod';

/** Names and addresses, from whoever can reach the server's port: a line on its console must not become two. */
const Word = z
  .string()
  .max(255)
  .regex(/^[\x20-\x7e]*$/, 'one line of plain text');

/**
 * What a machine tells while it installs itself: `POST /reports` with one event as JSON. Events of one installation share
 * `id` and are numbered from 1; the server keeps them as lines of reports/ID.jsonl, each `seq` once, so sending one twice
 * is harmless. The sender keeps its queue until the server has answered 2xx.
 */
const base = {
  /**
   * MAC of the card with dashes, the start time by the machine's own clock, and random digits, since that clock may begin at
   * the same time at each start: 52-54-00-12-34-56.20261122T234500.1f0c93ab.
   */
  id: z.string().regex(/^[0-9a-f]{2}(-[0-9a-f]{2}){5}\.\d{8}T\d{6}(\.[0-9a-f]{8})?$/),
  seq: z.int().min(1),
  /** ISO 8601, the machine's own clock. */
  at: z.string(),
  mac: z.string(),
};

export const ReportEvent = z.discriminatedUnion('kind', [
  /** BOEL knows who it is. */
  z.object({
    ...base,
    kind: z.literal('started'),
    host: Word,
    ip: Word,
    script: Word,
    firmware: z.enum(['bios', 'uefi']),
    version: Word,
  }),
  /** A verb begins or has ended. */
  z.object({
    ...base,
    kind: z.literal('verb'),
    verb: Word,
    argv: z.array(z.string()),
    phase: z.enum(['begin', 'end']),
  }),
  /** At most one every two seconds. */
  z.object({
    ...base,
    kind: z.literal('progress'),
    verb: Word,
    doneBytes: z.int(),
    totalBytes: z.int().optional(),
    bytesPerSecond: z.number(),
  }),
  /** Lines of the console. */
  z.object({ ...base, kind: z.literal('log'), lines: z.array(z.string()) }),
  /** A step failed; a shell is open on the machine. */
  z.object({ ...base, kind: z.literal('failed'), verb: Word, error: z.string(), hint: z.string() }),
  /** The machine is about to do what `afterwards` says; the image is on its disk. */
  z.object({
    ...base,
    kind: z.literal('finished'),
    image: Word,
    afterwards: z.enum(['reboot', 'poweroff', 'shell', 'beep', 'kexec']),
    seconds: z.number(),
  }),
]);
export type ReportEvent = z.infer<typeof ReportEvent>;
