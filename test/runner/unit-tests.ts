import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';

export type Counts = { passed: number; failed: number; skipped: number };

/** Runs vitest in a process of its own, and gives its own counts and what it said of failures. */
export async function runUnitTests(top: string): Promise<Counts & { report: string }> {
  const out = path.join(top, 'build', 'unit-tests.json');
  await rm(out, { force: true });
  const vitest = path.join(top, 'node_modules', 'vitest', 'vitest.mjs');
  const argv = [
    process.execPath,
    vitest,
    'run',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${out}`,
  ] as const;
  const exit = await realIo.run({ argv, cwd: absPath(top) });
  const text = await readFile(out, 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new Error(`vitest ended (exit ${exit.code}) without a result\n${exit.stdout}${exit.stderr}`);
  const json = JSON.parse(text) as {
    success: boolean;
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
  };
  // A file that cannot even be loaded has no failed test of its own.
  const failed = Math.max(json.numFailedTests, json.success ? 0 : 1);
  return {
    passed: json.numPassedTests,
    failed,
    skipped: json.numPendingTests + json.numTodoTests,
    report: failed > 0 ? exit.stdout + exit.stderr : '',
  };
}
