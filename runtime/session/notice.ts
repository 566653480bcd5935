import { paths } from '../paths.ts';

/** The facts for a person who comes to a machine that stopped: what failed, and how to go on. */
export type Failure = {
  /** '' if no verb failed: while the machine looked for its script, or in a line of the script. */
  verb: string;
  error: string;
  /** The script is here, so there is something to resume. */
  hasScript: boolean;
  /** The machine waits for a person, and does not switch itself off. */
  waits: boolean;
};

/** The words for a failure, framed. */
export function failNotice({ verb, error, hasScript, waits }: Failure): string {
  const line = '-'.repeat(72);
  const goOn = hasScript
    ? [
        '  boel resume          go on from the step that failed',
        '  boel resume --fetch  the same, with the script as it is on the server now',
        '  boel VERB --dry-run  show what a step would do; boel --help lists the verbs',
      ]
    : [];
  return [
    line,
    verb === '' ? 'The installation stopped.' : `The installation stopped at: boel ${verb}`,
    error,
    ...(waits
      ? [
          '',
          `A shell is open on each console. The log is ${paths.console}.`,
          ...goOn,
          '  reboot               begin again',
        ]
      : []),
    line,
    '',
  ].join('\n');
}
