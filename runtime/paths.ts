import { type AbsPath, under } from '../common/system/place.ts';

/** The folder for files that BOEL's programs hand to each other; gone at the next boot. */
export const runDir: AbsPath = '/run/boel';

export const paths = {
  state: under(runDir, 'state.json'),
  journal: under(runDir, 'journal.jsonl'),
  /** Events to report, one JSON object a line; a line's number is its `seq`. */
  events: under(runDir, 'events.jsonl'),
  /** How much of `events` the server has: lines, and bytes. */
  sent: under(runDir, 'events.sent'),
  /** Where the events go, and under which name. */
  report: under(runDir, 'report.json'),
  script: under(runDir, 'script'),
  /** A file of the server until it is read. */
  fetched: under(runDir, 'fetched'),
  /** Where media are mounted while they are looked at. */
  media: under(runDir, 'media'),
  /** What udhcpc and its script write. */
  dhcp: under(runDir, 'dhcp'),
  preInstall: under(runDir, 'pre-install.d'),
  /** The number of the script's last run; the script's process; its exit code; a fifo with its output (keep-script). */
  scriptRun: under(runDir, 'script.run'),
  scriptMark: under(runDir, 'script.mark'),
  scriptExit: under(runDir, 'script.exit'),
  said: under(runDir, 'said'),
  /** Where the resident program answers `boel` (builder/asker/boel.c). */
  socket: under(runDir, 'socket'),
  /** Everything BOEL says; init shows it on each console. */
  console: under(runDir, 'console.log'),
  /** How many bytes of `console` are in `events`. */
  logged: under(runDir, 'console.logged'),
  /** Why a person is needed: once this file exists, a shell opens on each console (builder/initrd/root/usr/lib/boel/shells). */
  notice: under(runDir, 'notice'),
  /** sh(1) assignments, for scripts that expect SystemImager's file. */
  variables: '/tmp/variables.txt',
} as const satisfies Record<string, AbsPath>;
