import type { DiskWish, Layout } from '../layout.ts';
import { checkTogether } from './check.ts';
import type { Draft } from './draft.ts';
import { finishDisk, parseDiskLine, startDisk } from './parse-disk.ts';
import { parseMountLine } from './parse-mount.ts';
import { parseFilesystemLine, parseSubvolumesLine } from './parse-filesystem.ts';
import { parseSwapFileLine } from './parse-swapfile.ts';
import { finishGroup, finishRaid, parseGroupLine, parseRaidLine, startGroup, startRaid } from './parse-volume.ts';
import { Problems } from './problems.ts';
import { withoutComment } from './words.ts';

/** What to do with each line of a section, and at the end of the section. */
export type Section = { line(text: string, line: number): void; end(): void };

/** What a person does about a layout that cannot be read. */
export const layoutHint = 'Correct these lines of the layout; docs/layout.md shows every key. No disk was touched.';

/** Reads the body of a script's `boel layout` block; throws one UserError with every line that is wrong. */
export function parseLayout(text: string): Layout {
  const draft: Draft = {
    problems: new Problems(),
    disks: [],
    raids: [],
    groups: [],
    filesystems: [],
    subvolumes: [],
    mounts: [],
    swapFiles: [],
  };
  let section: Section | undefined;
  if (text.includes('\0')) draft.problems.add(1, 'holds a NUL character');
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const line = at + 1;
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    // A line of [mounts] may begin with an address in brackets, as [fe80::1]:/export.
    if (/^\[[a-z]+(\s|\]|$)/.test(trimmed)) {
      section?.end();
      section = openSection(withoutComment(trimmed), line, draft);
    } else if (section) section.line(trimmed, line);
    else draft.problems.add(line, 'stands before the first section such as [disk /dev/sda]');
  }
  section?.end();
  const layout = checkTogether(draft);
  draft.problems.throwIfAny('the layout is wrong', layoutHint);
  return layout;
}

/** Reads what `sfdisk --dump` prints of one disk; throws one UserError with every line that is wrong. */
export function parseTable(disk: string, dump: string): DiskWish {
  const problems = new Problems();
  const draft = startDisk(disk, 1, problems);
  for (const [at, raw] of dump.split(/\r?\n/).entries()) {
    const text = withoutComment(raw);
    if (draft && text !== '') parseDiskLine(draft, text, at + 1, problems);
  }
  const wish = draft && finishDisk(draft, problems);
  problems.throwIfAny('not what `sfdisk --dump` prints', 'Look at what `sfdisk --dump` prints of that disk now.');
  return wish ?? { line: 1, name: disk, label: 'gpt', parts: [] };
}

const skipped: Section = { line() {}, end() {} };

function openSection(header: string, line: number, draft: Draft): Section {
  const { problems } = draft;
  const [, kind = '', after = ''] = /^\[([a-z]+)(?:\s(.*))?\]$/s.exec(header) ?? [];
  const argument = after.trim();
  switch (kind) {
    case 'disk': {
      const disk = startDisk(argument, line, problems);
      if (!disk) return skipped;
      return {
        line: (text, number) => parseDiskLine(disk, withoutComment(text), number, problems),
        end: () => void draft.disks.push(finishDisk(disk, problems)),
      };
    }
    case 'raid': {
      const raid = startRaid(argument, line, problems);
      if (!raid) return skipped;
      return {
        line: (text, number) => parseRaidLine(raid, withoutComment(text), number, problems),
        end: () => void draft.raids.push(...finishRaid(raid, problems)),
      };
    }
    case 'lvm': {
      const group = startGroup(argument, line, problems);
      if (!group) return skipped;
      return {
        line: (text, number) => parseGroupLine(group, withoutComment(text), number, problems),
        end: () => void draft.groups.push(finishGroup(group, problems)),
      };
    }
    case 'filesystems':
    case 'mounts':
    case 'subvolumes':
    case 'swapfiles':
      if (argument !== '') problems.add(line, `[${kind}] takes no name`);
      return {
        line(text, number) {
          if (kind === 'filesystems')
            draft.filesystems.push(...parseFilesystemLine(withoutComment(text), number, problems));
          else if (kind === 'mounts') draft.mounts.push(...parseMountLine(text, number, problems));
          else if (kind === 'swapfiles')
            draft.swapFiles.push(...parseSwapFileLine(withoutComment(text), number, problems));
          else draft.subvolumes.push(...parseSubvolumesLine(withoutComment(text), number, problems));
        },
        end() {},
      };
    default:
      problems.add(
        line,
        `${header} is none of [disk NAME], [raid NAME], [lvm NAME], [filesystems], [subvolumes], [mounts], [swapfiles]`,
      );
      return skipped;
  }
}
