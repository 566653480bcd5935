import { boel } from '../test/assets/boel.ts';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { layouts, writesMark } from '../test/assets/scripts.ts';
import { blank, image, makeSite, typed } from '../test/boot/parts/site.ts';
import { ourBoot, withMachines } from './parts/boots.ts';
import { printConditions } from './parts/conditions.ts';
import type { BenchOptions } from './parts/options.ts';
import { inRounds, median, medianRatio } from './parts/rounds.ts';
import { type ScriptTimes, scriptTimes } from './parts/script-times.ts';
import { printTable, seconds, times } from './parts/table.ts';

/** Who does the words of the script: the resident program, or the executable, which each word starts anew. */
const doers = ['resident program', 'executable'] as const;
type Doer = (typeof doers)[number];

const memoryMb = 1024;

/** One installation. */
async function install(doer: Doer): Promise<ScriptTimes> {
  return withMachines(`bench verbs ${doer}`, async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4 });
    const script = path.join(site.root, 'var/lib/systemimager/scripts', `${image}.master`);
    const lines = (await readFile(script, 'utf8')).split('\n').filter((line) => !line.includes(writesMark));
    if (doer === 'executable') lines.splice(lines.indexOf('set -e') + 1, 0, 'rm /run/boel/socket');
    await writeFile(script, lines.join('\n'));
    const disks = [await blank(test, '2G')];
    const vm = await test.boot({
      direct: ourBoot(await boel(), typed),
      memoryMb,
      disks,
      nics: [{ wire: site.wire }],
      noReboot: true,
    });
    await vm.console('The machine switches itself off.', { withinS: 900 });
    await vm.off();
    const reports = path.join(site.root, 'var/lib/systemimager/reports');
    const [name = ''] = (await readdir(reports)).filter((one) => one.endsWith('.jsonl'));
    const events = (await readFile(path.join(reports, name), 'utf8')).split('\n').filter(Boolean);
    const shown = (await vm.lines()).map(({ text }) => text).join('\n');
    return scriptTimes(shown, events);
  });
}

/** What the words of a script cost by themselves, with the resident program and with a start of the executable for each. */
export async function verbs({ rounds = 3 }: BenchOptions): Promise<void> {
  printConditions({ machine: `1 processor, ${memoryMb} MB` });
  const toImage: Record<Doer, number[]> = { 'resident program': [], executable: [] };
  const own = await inRounds(doers, rounds, async (doer) => {
    const { toImageS, ownS } = await install(doer);
    toImage[doer].push(toImageS);
    return ownS;
  });
  const figures = { 'script to first byte of the image': toImage, 'neither rsync, mkfs nor the image’s programs': own };
  printTable(
    ['of a script', ...doers, 'ratio'],
    Object.entries(figures).map(([name, of]) => [
      name,
      ...doers.map((doer) => seconds(median(of[doer]))),
      times(medianRatio(of['resident program'], of.executable)),
    ]),
  );
}
