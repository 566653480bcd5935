import type { Io } from '../io.ts';
import { absPath, type Place, printPlace, resolvePlace } from '../place.ts';
import { quoteWord } from '../quote.ts';
import { revealText, showText } from '../step.ts';
import { octal, type StepKind } from './kind.ts';

/** Writes a file whole or not at all. A link that is there is followed inside its root. */
export const write: StepKind<'write'> = {
  print(step) {
    const target = quoteWord(printPlace(step.at));
    const body = showText(step.content).replace(/\n$/, '');
    const kept = step.backup ? '--backup=numbered ' : '';
    return `install ${kept}-m ${octal(step.mode)} /dev/stdin ${target} <<'END'\n${body}\nEND`;
  },
  async apply(step, { io }) {
    const { at, mode, owner } = step;
    if (step.backup && (await io.lstat(at))) await io.copy(at, await freeBackup(at, io));
    await io.write(at, revealText(step.content), { mode, owner });
  },
};

/** The next free numbered name, as cp(1) --backup=numbered gives names; if `at` is a link, beside the file that it leads to. */
async function freeBackup({ root, path }: Place, io: Io): Promise<Place> {
  const real = await resolvePlace({ root, path }, (link) => io.readLink(link), true);
  const inRoot = absPath(real.slice(root === '/' ? 0 : root.length) || '/');
  for (let number = 1; ; number += 1) {
    const name: Place = { root, path: `${inRoot}.~${number}~` };
    if (!(await io.lstat(name))) return name;
  }
}
