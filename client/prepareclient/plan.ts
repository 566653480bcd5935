import type { z } from 'zod';
import { goldenFiles, schemeFileName } from '../../common/model/golden-files.ts';
import { printMountedFilesystems } from '../../common/model/mounted.ts';
import type { GoldenRecord } from '../../common/model/storage.ts';
import { type AbsPath, type Place, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { GoldenFacts } from './collect.ts';

/** Writes down what an image must remember of this machine: /etc/systemimager, below `root`. */
export function recordSteps(facts: GoldenFacts, old: readonly string[], root: AbsPath): Step[] {
  const place = (path: AbsPath): Place => ({ root, path });
  const write = (why: string, path: AbsPath, content: string): Step => ({
    why,
    kind: 'write',
    at: place(path),
    content,
    mode: 0o644,
  });
  const names = facts.disks.map((disk) => schemeFileName(disk.name));
  const { disks: _, devices, ...others } = facts;
  const storage: z.input<typeof GoldenRecord> = { version: 1, ...others, lsblk: { blockdevices: devices } };
  return [
    { why: `Make ${goldenFiles.schemes}`, kind: 'mkdir', at: place(goldenFiles.schemes) },
    ...old
      .filter((name) => !names.includes(name))
      .map((name): Step => {
        const at = place(under(goldenFiles.schemes, name));
        return { why: `Forget ${name}, which is no disk of this machine now`, kind: 'remove', at };
      }),
    ...facts.disks.map((disk, at) =>
      write(`Write down the partitions of ${disk.name}`, under(goldenFiles.schemes, names[at] ?? ''), disk.dump),
    ),
    write('Write down what is mounted', goldenFiles.mounted, printMountedFilesystems(facts.mounts)),
    write(
      'Write down filesystems, volumes and arrays',
      goldenFiles.storage,
      `${JSON.stringify(storage, undefined, 1)}\n`,
    ),
  ];
}
