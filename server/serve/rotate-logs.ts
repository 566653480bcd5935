import type { ReadIo } from '../../common/system/io.ts';
import { absPath, here, type AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** A log of more bytes begins anew; `kept` older logs stay, as LOG.1 (the newest) to LOG.4. */
const most = { bytes: 16 * 1024 ** 2, kept: 4 };

/**
 * Copies and empties a large log, because programs have it open for appending. Lines that they write between the two steps are
 * lost.
 */
export async function planRotation(io: ReadIo, log: AbsPath): Promise<Step[]> {
  const sizeOf = async (at: AbsPath) => (await io.lstat(at))?.sizeBytes;
  if (((await sizeOf(log)) ?? 0) <= most.bytes) return [];
  const older = (age: number) => absPath(`${log}.${age}`);
  const steps: Step[] = [];
  for (let age = most.kept - 1; age >= 1; age -= 1)
    if ((await sizeOf(older(age))) !== undefined)
      steps.push({ why: `Keep ${older(age)}`, kind: 'rename', from: here(older(age)), to: here(older(age + 1)) });
  return [
    ...steps,
    { why: `Keep ${log} as it is`, kind: 'copy', from: here(log), to: here(older(1)) },
    { why: `Begin ${log} anew`, kind: 'run', argv: ['truncate', '--size=0', '--', log] },
  ];
}
