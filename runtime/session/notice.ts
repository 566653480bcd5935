/** What a person reads who comes to a machine that stopped: what failed, and how to go on. */
export function failNotice({ verb, error }: { verb: string; error: string }): string {
  const line = '-'.repeat(72);
  return [
    line,
    verb === '' ? 'The installation stopped.' : `The installation stopped at: boel ${verb}`,
    error,
    '',
    'A shell is open on each console. The log is /run/boel/console.log.',
    '  boel resume          go on from the step that failed',
    '  boel resume --fetch  the same, with the script as it is on the server now',
    '  boel VERB --dry-run  show what a step would do; boel --help lists the verbs',
    '  reboot               begin again',
    line,
    '',
  ].join('\n');
}
