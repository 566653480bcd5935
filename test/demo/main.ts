import path from 'node:path';
import { cacheFile } from '../assets/cache.ts';
import { endWithChildren, undoAll } from '../boot/harness/processes.ts';
import { makeWire } from '../boot/harness/wire.ts';
import { captureGolden } from './golden.ts';
import { installMachine, machines } from './machine.ts';
import { defineHosts, prepareServer, startServer } from './server.ts';
import { Stopwatch } from './stopwatch.ts';

const top = path.resolve(import.meta.dirname, '..', '..');
const logs = path.join(top, 'build', 'demo');
const isFull = process.argv[2] === '--full';
const root = cacheFile(isFull ? 'demo-full' : 'demo');

endWithChildren();
try {
  if (process.getuid?.() !== 0)
    throw new Error('the demo makes network namespaces and file trees of other owners: run it as root');
  const watch = new Stopwatch();
  const wire = await makeWire();
  if (isFull) await captureGolden(top, root, logs, wire, watch);
  else await prepareServer(top, root, watch);
  await defineHosts(top, root, watch);
  await watch.part('image server', 'start the image server on a wire of its own', () =>
    startServer(top, root, logs, wire),
  );
  const installed = await Promise.all(machines.map((machine) => installMachine(machine, logs, wire, watch)));
  watch.print();
  for (const { machine, steps, seconds } of installed) {
    console.log(
      `\n${machine.name} (${machine.firmware.toUpperCase()}), from power-on to its own login in ${Math.round(seconds)} s:`,
    );
    for (const { atSeconds, text } of steps) console.log(`  ${atSeconds.toFixed(1).padStart(6)} s  ${text}`);
  }
  console.log(`\nBoth machines installed themselves and booted from their own disks. Consoles and logs: ${logs}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`The demo stopped. Consoles and logs: ${logs}`);
  process.exitCode = 1;
} finally {
  await undoAll();
}
