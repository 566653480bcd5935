/** The exit code of diff(1) and cmp(1) when they could not compare. */
const troubleCode = 2;

/** For commands that answer by their exit code, as diff(1) does: an error before the answer must not look like an answer. */
export async function answerByExitCode(work: () => Promise<number>, trouble = troubleCode): Promise<void> {
  process.exitCode = trouble;
  process.exitCode = await work();
}
