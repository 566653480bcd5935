import { parentPort } from 'node:worker_threads';
import { hashFile } from './hash-file.ts';
import type { HashJob } from './hasher.ts';

// A thread that hashes: it gets jobs, and sends the hashes back in the order of the names.
parentPort?.on('message', ({ id, root, names }: HashJob) => {
  const hashes = names.map((name) => hashFile(Buffer.concat([Buffer.from(root), Buffer.from(`/${name}`, 'latin1')])));
  parentPort?.postMessage({ id, hashes }, []);
});
