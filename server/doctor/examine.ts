import { UserError } from '../../common/system/errors.ts';
import { type Check, type CheckInput, type Finding, note, wrong } from './check.ts';

/** The result of one check. */
export type Examined = { check: string; good: string; findings: Finding[] };

async function findingsOf(check: Check, input: CheckInput): Promise<Finding[]> {
  try {
    return await check.run(input);
  } catch (error) {
    if (error instanceof UserError) return [wrong(error.message, error.hint)];
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return [note(`not looked: ${(error as Error).message}`, 'Run the command as root.')];
  }
}

/** Runs the checks one after the other. A finding of an earlier check is not told again. */
export async function examine(checks: readonly Check[], input: CheckInput): Promise<Examined[]> {
  const told = new Set<string>();
  const results: Examined[] = [];
  for (const check of checks) {
    if (check.isWanted?.(input) === false) continue;
    const found = await findingsOf(check, input);
    const findings = found.filter(({ what }) => !told.has(what));
    for (const { what } of findings) told.add(what);
    // A check whose findings were all told before is left out: nothing is good there.
    if (found.length === 0 || findings.length > 0) results.push({ check: check.name, good: check.good, findings });
  }
  return results;
}

/** The report as a person reads it. */
export function printExamined(results: readonly Examined[]): string {
  return results
    .flatMap(({ check, good, findings }) =>
      findings.length === 0
        ? [`ok     ${check}: ${good}`]
        : findings.map(({ kind, what, hint }) => `${kind.padEnd(6)} ${check}: ${what}\n         ${hint}`),
    )
    .join('\n');
}
