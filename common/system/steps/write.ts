import type { AbsPath } from '../place.ts';
import { printPlace } from '../place.ts';
import { quoteWord } from '../quote.ts';
import { revealText, showText } from '../step.ts';
import { locate, octal, type StepKind } from './kind.ts';

/** Writes a file whole or not at all. A link that is there is followed inside its root. */
export const write: StepKind<'write'> = {
  print(step) {
    const target = quoteWord(printPlace(step.at));
    const body = showText(step.content).replace(/\n$/, '');
    return `install -m ${octal(step.mode)} /dev/stdin ${target} <<'END'\n${body}\nEND`;
  },
  async apply(step, { io }) {
    const at = await locate(step.at, io, true);
    if (step.backup && (await io.lstat(at)))
      await io.copy(at, await freeBackupName(at, async (name) => !(await io.lstat(name))));
    await io.write(at, revealText(step.content), { mode: step.mode, ...(step.owner ? { owner: step.owner } : {}) });
  },
};

/** The next numbered name that is free, as cp(1) --backup=numbered gives them. */
async function freeBackupName(at: AbsPath, isFree: (name: AbsPath) => Promise<boolean>): Promise<AbsPath> {
  for (let number = 1; ; number += 1) {
    const name: AbsPath = `${at}.~${number}~`;
    if (await isFree(name)) return name;
  }
}
