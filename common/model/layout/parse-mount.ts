import { readField } from '../../system/octal.ts';
import type { MountWish } from '../layout.ts';
import type { Problems } from './problems.ts';

/** Quotes around the value of LABEL="a b" are not part of it (fstab(5)); util-linux takes them off too. */
function unquoteTag(spec: string): string {
  const [, tag, value] = /^(LABEL|UUID|PARTLABEL|PARTUUID)="(.*)"$/.exec(spec) ?? [];
  return tag ? `${tag}=${value}` : spec;
}

/** Reads one line of fstab(5). */
export function parseMountLine(text: string, line: number, problems: Problems): MountWish[] {
  const fields = text.split(/\s+/);
  const comment = fields.findIndex((field, at) => at > 2 && field.startsWith('#'));
  if (comment > 0) fields.length = comment;
  const [spec, dir, type, options = 'defaults', freq = '0', passno = '0', ...more] = fields.map(readField);
  if (spec === undefined || dir === undefined || type === undefined || more.length > 0)
    problems.add(line, 'a line of fstab(5) is: DEVICE DIRECTORY TYPE OPTIONS FREQ PASSNO');
  else if (!dir.startsWith('/') && type !== 'swap' && dir !== 'none')
    problems.add(line, `${dir} is neither an absolute directory nor none`);
  else if (dir.split('/').includes('..')) problems.add(line, `${dir} holds a .. component`);
  else if (!/^\d+$/.test(freq) || !/^\d+$/.test(passno))
    problems.add(line, `${freq} ${passno}: the fifth and sixth field are numbers`);
  else {
    const clean = dir.startsWith('/') ? `/${dir.split('/').filter(Boolean).join('/')}` : dir;
    return [{ line, spec: unquoteTag(spec), dir: clean, type, options, freq: Number(freq), passno: Number(passno) }];
  }
  return [];
}
