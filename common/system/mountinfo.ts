import { readField } from './octal.ts';
import type { AbsPath } from './place.ts';

/** A line of proc_pid_mountinfo(5). `root` tells bind mounts and subvolumes apart; `options`: of the mount and its filesystem. */
export type MountFacts = { source: string; dir: AbsPath; type: string; options: string; root: string; devno: string };

/** Reads /proc/PID/mountinfo, in the order of the mounts. */
export function parseMountinfo(text: string): MountFacts[] {
  return text.split('\n').flatMap((line): MountFacts[] => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , devno, root, at, own = ''] = before.split(' ');
    const [type, source, superOptions = ''] = after.split(' ');
    const dir = readField(at ?? '');
    if (devno === undefined || root === undefined || !isAbsolute(dir) || type === undefined || source === undefined)
      return [];
    const options = [...new Set([...own.split(','), ...superOptions.split(',')])].filter(Boolean).join(',');
    return [{ source: readField(source), dir, type, options, root: readField(root), devno }];
  });
}

const isAbsolute = (dir: string): dir is AbsPath => dir.startsWith('/');
