import os from 'node:os';
import { Worker } from 'node:worker_threads';
import type { AbsPath } from '../../../common/system/place.ts';

/** Files for a thread; names are latin1, relative to the root. */
export type HashJob = { id: number; root: AbsPath; names: string[] };

/** Hashes files of a tree, several at a time. */
export type Hasher = {
  /** Hashes in the order of the names, as {@link hashFile} gives them. */
  hash(root: AbsPath, files: readonly { name: string; sizeBytes: number }[]): Promise<string[]>;
  close(): Promise<void>;
};

/** A job ends with either number, so that threads share the work of a few large files, too. */
const jobFiles = 250;
const jobBytes = 8 * 1024 ** 2;
/** More threads than this would only wait for the disk. */
const mostThreads = 8;
/** A thread holds only the names of one job; without a limit V8 lets its garbage grow to tens of MiB. */
const smallHeap = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 };

/** Jobs of neighbouring files. */
export function splitJobs(files: readonly { name: string; sizeBytes: number }[]): string[][] {
  const jobs: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const { name, sizeBytes } of files) {
    if (bytes >= jobBytes || (jobs.at(-1)?.length ?? jobFiles) >= jobFiles) {
      jobs.push([]);
      bytes = 0;
    }
    jobs.at(-1)?.push(name);
    bytes += sizeBytes;
  }
  return jobs;
}

/**
 * Threads that hash, one for each processor. They must be closed, or the program does not end. A signal ends them at once,
 * even in the middle of a file.
 */
export function startHasher(signal?: AbortSignal, threads = Math.min(os.availableParallelism(), mostThreads)): Hasher {
  type Waiting = { job: HashJob; done: PromiseWithResolvers<string[]> };
  const waiting: Waiting[] = [];
  const atWork = new Map<Worker, Waiting>();
  const idle: Worker[] = [];
  let failure: { reason: unknown } | undefined;
  let lastId = 0;
  const next = () => {
    for (let worker = idle.at(-1); worker && waiting.length > 0; worker = idle.at(-1)) {
      const one = waiting.shift();
      if (!one) return;
      idle.pop();
      atWork.set(worker, one);
      worker.postMessage(one.job, []);
    }
  };
  const fail = (reason: unknown) => {
    failure ??= { reason };
    for (const one of [...waiting.splice(0), ...atWork.values()]) one.done.reject(failure.reason);
  };
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL('./hash-worker.ts', import.meta.url), { resourceLimits: smallHeap });
    worker.on('message', ({ hashes }: { hashes: string[] }) => {
      atWork.get(worker)?.done.resolve(hashes);
      atWork.delete(worker);
      idle.push(worker);
      next();
    });
    worker.on('error', (cause) => fail(new Error('a thread that hashes files failed', { cause })));
    idle.push(worker);
    return worker;
  });
  const close = async () => {
    signal?.removeEventListener('abort', interrupt);
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  const interrupt = () => {
    fail(signal?.reason);
    close().catch(() => {});
  };
  if (signal?.aborted) interrupt();
  else signal?.addEventListener('abort', interrupt);
  return {
    async hash(root, files) {
      if (failure) throw failure.reason;
      const parts = splitJobs(files).map((names) => {
        lastId += 1;
        const done = Promise.withResolvers<string[]>();
        waiting.push({ job: { id: lastId, root, names }, done });
        return done.promise;
      });
      next();
      return (await Promise.all(parts)).flat();
    },
    close,
  };
}
