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
  /** The boot loader of the machine starts its old system next, if that is still there. */
  fallsBack?: boolean;
};

/** The words for a failure, framed. */
export function failNotice({ verb, error, hasScript, waits, fallsBack = false }: Failure): string {
  const line = '-'.repeat(72);
  const goOn = hasScript
    ? [
        '  boel resume          continue with the verb that failed',
        '  boel resume --fetch  fetch the script from the image server again, then continue',
        '  boel VERB --dry-run  print the steps of a verb; boel --help lists the verbs',
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
          fallsBack
            ? '  reboot               start the old system, unless its disk has been written already'
            : '  reboot               begin the installation again',
        ]
      : []),
    line,
    '',
  ].join('\n');
}
