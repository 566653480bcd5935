/** Milliseconds for which this thread computes during `work`: what others do meanwhile on a busy machine does not count. */
export async function busyMs(work: () => unknown): Promise<number> {
  const begun = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(begun);
  return (user + system) / 1000;
}
