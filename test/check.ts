import { availableParallelism } from 'node:os';
import path from 'node:path';
import { absPath } from '../common/system/place.ts';
import { realIo } from '../common/system/real-io.ts';
import { endWithChildren, start } from './boot/harness/processes.ts';

/** The scripts of package.json that make up `npm run check`, the longest first; those that are named run alone. */
const named = process.argv.slice(2);
const parts = named.length > 0 ? named : ['types', 'unit', 'lint', 'dead', 'format'];

const top = absPath(path.resolve(import.meta.dirname, '..'));

/** Runs one script; what it says is shown only where it fails. */
async function check(name: string): Promise<boolean> {
  const begun = performance.now();
  const child = await start({
    argv: ['npm', 'run', '--silent', name],
    cwd: top,
    env: { NO_COLOR: '1', HOME: process.env.HOME ?? '/root' },
  });
  const { code, stdout, stderr } = await child.exit;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(6)} ${seconds.padStart(5)} s`);
  if (code !== 0) console.log(`${stdout}${stderr}`);
  return code === 0;
}

/** Two at a time on two cores: more would only make each slower. */
async function checkAll(): Promise<boolean> {
  const waiting = [...parts];
  const results: boolean[] = [];
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) results.push(await check(name));
  };
  await Promise.all(Array.from({ length: Math.min(parts.length, availableParallelism()) }, worker));
  return results.every(Boolean);
}

endWithChildren();
const begun = realIo.now().getTime();
const isGood = await checkAll();
console.log(`${isGood ? 'all good' : 'not good'} after ${((realIo.now().getTime() - begun) / 1000).toFixed(1)} s`);
process.exitCode = isGood ? 0 : 1;
