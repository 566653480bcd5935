import { readField } from '../../system/octal.ts';
import type { FilesystemWish } from '../layout.ts';
import { devicePattern } from './parse-disk.ts';
import type { Problems } from './problems.ts';
import { splitWords, unhex } from './words.ts';

/** A line of [subvolumes]: DEVICE PATH… */
export type SubvolumesLine = { line: number; device: string; paths: string[] };

/** Reads `DEVICE TYPE KEY=VALUE…`; install/filesystems checks which keys a type knows. */
export function parseFilesystemLine(text: string, line: number, problems: Problems): FilesystemWish[] {
  const [head = '', device, type] = /^(\S+)\s+(\S+)(?=\s|$)/.exec(text) ?? [];
  const rest = text.slice(head.length).trim();
  if (!device || !devicePattern.test(device) || !type) {
    problems.add(line, 'a filesystem is: DEVICE TYPE KEY=VALUE…');
    return [];
  }
  const words = splitWords(rest, true);
  if (!words || !/^[a-z0-9]+$/.test(type)) {
    problems.add(
      line,
      words ? `${type} is no filesystem type` : 'cannot read the KEY=VALUE words: are the quotes closed?',
    );
    return [];
  }
  const wish: FilesystemWish = { line, device, type, options: {}, subvolumes: [] };
  for (const { key, value } of words) {
    if (value === undefined || value === '') problems.add(line, `${key} needs a value, as ${key}=…`);
    else if ((key === 'label' || key === 'uuid' ? wish[key] : wish.options[key]) !== undefined)
      problems.add(line, `${key}= is given twice`);
    else if (key === 'label' || key === 'uuid') wish[key] = unhex(value);
    else wish.options[key] = unhex(value);
  }
  return [wish];
}

/** Reads `DEVICE PATH…`; paths are below the top of the filesystem, blanks in them are octal escapes as in fstab(5). */
export function parseSubvolumesLine(text: string, line: number, problems: Problems): SubvolumesLine[] {
  const [device, ...paths] = text.split(/\s+/).map(readField);
  const bad = paths.find((path) => path.split('/').some((part) => part === '' || part === '.' || part === '..'));
  if (!device || paths.length === 0) problems.add(line, 'subvolumes are: DEVICE PATH…');
  else if (bad !== undefined) problems.add(line, `${bad} is not the path of a subvolume, as @ or @/var`);
  else return [{ line, device, paths }];
  return [];
}
