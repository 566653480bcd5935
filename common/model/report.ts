import { z } from 'zod';
import { visible } from '../system/visible.ts';
import { Mac, parseMac } from './mac.ts';
import { endings } from './script.ts';
import { SecureBoot } from './secure-boot.ts';
import { HostName, hostPart, ImageName, ScriptName } from './names.ts';

/** Anybody who reaches the server's port can send a report, and its text is printed: each field allows as little as possible. */
const orNothing = <T extends z.ZodType<string>>(type: T) => z.union([z.literal(''), type]);

/** A verb of an autoinstall script. */
const VerbName = z.string().regex(/^[a-z][a-z-]{0,31}$/, 'a verb is small letters and dashes');
const Version = z.string().regex(/^[\w.+~-]{0,64}$/, 'a version is letters, digits, dots and dashes');
/** What programs and people wrote. */
const Text = z.string().overwrite(visible);

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
  at: z.string().regex(/^[\d:TZ.+-]{0,40}$/, 'a time as 2026-11-22T23:45:00Z'),
  mac: z
    .string()
    .overwrite((text) => parseMac(text) ?? text)
    .pipe(Mac),
};

export const ReportEvent = z.discriminatedUnion('kind', [
  /** BOEL knows who it is. */
  z.object({
    ...base,
    kind: z.literal('started'),
    host: z
      .string()
      .overwrite((text) => hostPart(text) ?? text)
      .pipe(orNothing(HostName)),
    ip: orNothing(z.ipv4()),
    script: ScriptName,
    firmware: z.enum(['bios', 'uefi']),
    /** Absent on BIOS, and in reports of older versions. */
    secureBoot: SecureBoot.optional(),
    version: Version,
  }),
  /** A verb begins or has ended. */
  z.object({
    ...base,
    kind: z.literal('verb'),
    verb: VerbName,
    argv: z.array(Text),
    phase: z.enum(['begin', 'end']),
  }),
  /** At most one every two seconds. */
  z.object({
    ...base,
    kind: z.literal('progress'),
    verb: VerbName,
    doneBytes: z.int(),
    totalBytes: z.int().optional(),
    bytesPerSecond: z.number(),
  }),
  /** Lines of the console. */
  z.object({ ...base, kind: z.literal('log'), lines: z.array(Text) }),
  /** A step failed; a shell is open on the machine. */
  z.object({ ...base, kind: z.literal('failed'), verb: orNothing(VerbName), error: Text, hint: Text }),
  /** The machine is about to do what `afterwards` says; the image is on its disk. */
  z.object({
    ...base,
    kind: z.literal('finished'),
    image: orNothing(ImageName),
    afterwards: z.enum(endings),
    seconds: z.number(),
  }),
]);
export type ReportEvent = z.infer<typeof ReportEvent>;
