import { type AbsPath, under } from '../common/system/place.ts';

/** Where BOEL keeps what its programs hand to each other; gone at the next boot. */
export const runDir: AbsPath = '/run/boel';

export const paths = {
  state: under(runDir, 'state.json'),
  journal: under(runDir, 'journal.jsonl'),
  /** Events to report, one JSON object a line; a line's number is its `seq`. */
  events: under(runDir, 'events.jsonl'),
  /** How many lines of `events` the server has. */
  sent: under(runDir, 'events.sent'),
  script: under(runDir, 'script'),
  /** What people read who come to a machine that stopped. */
  notice: under(runDir, 'notice'),
  /** A file of the server until it is read. */
  fetched: under(runDir, 'fetched'),
  /** Where media are mounted while they are looked at. */
  media: under(runDir, 'media'),
  /** What udhcpc and its script write. */
  dhcp: under(runDir, 'dhcp'),
  preInstall: under(runDir, 'pre-install.d'),
  /** Everything BOEL says; init shows it on each console. */
  console: under(runDir, 'console.log'),
  /** sh(1) assignments, for scripts that expect SystemImager's file. */
  variables: '/tmp/variables.txt',
} as const satisfies Record<string, AbsPath>;
