import { compressions } from '../builder/initrd/squashfs.ts';
import { printConditions } from './parts/conditions.ts';
import { makeInitrd, makers, makersTree } from './parts/other-initrds.ts';
import { buildOurs } from './parts/our-initrd.ts';
import type { BenchOptions } from './parts/options.ts';
import { inRounds, median, medianRatio } from './parts/rounds.ts';
import { mib, printTable, seconds, times } from './parts/table.ts';

/** A build from packages alone, and one that finds the parts of an earlier build; the others find an installed system. */
const ours = ['fast, from packages', 'fast', 'best, from packages', 'best'] as const;

/** How long `build boot` takes, beside mkinitramfs and dracut for the same kernel of Debian. */
export async function initrd({ rounds = 3 }: BenchOptions): Promise<void> {
  const tree = await makersTree();
  printConditions({ initrd: `for ${tree.version}`, rounds: String(rounds) });
  const bytes: Record<string, number> = {};
  const phases: Record<string, Record<string, number>> = {};
  const figures = await inRounds([...ours, ...makers], rounds, async (name) => {
    const maker = makers.find((one) => one === name);
    if (maker) {
      const made = await makeInitrd(maker, tree);
      bytes[name] = made.bytes;
      return made.seconds;
    }
    const { seconds: taken, report } = await buildOurs(
      name.endsWith('packages') ? 'cold' : 'warm',
      name.startsWith('best') ? 'best' : 'fast',
    );
    bytes[name] = report.initrdBytes;
    phases[name] = report.phases;
    return taken;
  });
  printTable(
    ['', 'median', ...makers.map((maker) => `to ${maker}`), 'initrd'],
    [...ours, ...makers].map((name) => [
      name,
      seconds(median(figures[name])),
      ...makers.map((maker) => times(medianRatio(figures[name], figures[maker]))),
      mib(bytes[name] ?? 0),
    ]),
  );
  console.log(`fast and best are zstd -${compressions.fast} and -${compressions.best}; the others as they come.`);
  for (const [name, parts] of Object.entries(phases)) {
    const list = Object.entries(parts).map(([part, ms]) => `${part} ${seconds(ms / 1000)}`);
    console.log(`parts of ${name} (they overlap), last round: ${list.join(', ')}`);
  }
}
