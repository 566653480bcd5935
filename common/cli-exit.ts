/** What diff(1) and cmp(1) end with where they could not compare. */
const troubleCode = 2;

/** For commands that answer by their exit code, as diff(1): an error before the answer is no answer. */
export async function answerByExitCode(work: () => Promise<number>, trouble = troubleCode): Promise<void> {
  process.exitCode = trouble;
  process.exitCode = await work();
}
