import { readFstabLine } from '../fstab.ts';
import type { MountWish } from '../layout.ts';
import type { Problems } from './problems.ts';

/** Reads one line of fstab(5), which mount(8) has to read, too. */
export function parseMountLine(text: string, line: number, problems: Problems): MountWish[] {
  const { mount, problem } = readFstabLine(text, line);
  if (problem)
    problems.add(line, `a line of fstab(5) is: DEVICE DIRECTORY TYPE OPTIONS FREQ PASSNO; this line ${problem}`);
  return mount && !problem ? [mount] : [];
}
