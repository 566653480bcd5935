import { inside } from '../../common/system/inside.ts';
import { type AbsPath, here } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { BootEntry, EntryWay } from './boot-entry.ts';
import { bootFolder, dropCopy, flush, keepCopy } from './edit-text.ts';
import { hasBlock, withBlockAtEnd, withBlockFor, withoutBlocks } from './marked-block.ts';

export type LiloFacts = { text: string; mode: number; program: string };

const conf: AbsPath = '/etc/lilo.conf';
/** A label has at most 15 characters, and no blank (lilo.conf(5)). */
export const liloLabel = 'reinstall';

/** The options in front of the first image (lilo.conf(5), GLOBAL OPTIONS), by name; an option without value is empty. */
export function globalOptions(text: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const raw of text.split('\n')) {
    const line = raw.replace(/^[ \t]*#.*/, '').trim();
    if (/^(image|other)[ \t]*=/.test(line)) break;
    const [name = '', value = ''] = line.split(/=(.*)/s, 2);
    if (name !== '') options.set(name.trim().toLowerCase(), value.trim());
  }
  return options;
}

/** True if an image of lilo.conf has our label, or is called so. */
const isTaken = (text: string) =>
  new RegExp(`^[ \\t]*(label|alias)[ \\t]*=[ \\t]*"?${liloLabel}"?[ \\t]*$`, 'm').test(text);

/** lilo.conf with the entry at its end; the initrd of BOEL needs the memory above 15 MB (`large-memory`, a global option). */
export function liloText(text: string, { kernel, initrds, words }: BootEntry): string {
  const before = withoutBlocks(text);
  const options = globalOptions(before);
  const isSmall = !options.has('large-memory');
  const first = /^[ \t]*(image|other)[ \t]*=/;
  const line = before.split('\n').find((one) => first.test(one)) ?? '';
  const large = isSmall ? withBlockFor(before, first, `large-memory\n${line}`) : undefined;
  return withBlockAtEnd(large ?? before, [
    `image=${kernel}`,
    `\tlabel=${liloLabel}`,
    `\tinitrd=${initrds[0]}`,
    `\tappend="${words.join(' ')}"`,
    '\tread-only',
    // A password of lilo's must not wait for a person.
    ...(options.has('password') ? ['\tbypass'] : []),
  ]);
}

/** LILO. A change of lilo.conf counts only after lilo(8) has run, and each kernel that moves needs another run. */
export const lilo: EntryWay<LiloFacts> = {
  name: 'lilo',
  takesOneInitrd: true,

  async probe(io) {
    const tree = inside(io, '/');
    const text = await tree.readText(conf);
    if (text === undefined) return undefined;
    const program = await tree.firstOf(['/sbin/lilo', '/usr/sbin/lilo']);
    if (program === undefined) return `${conf} is there, and the program lilo is missing`;
    if (isTaken(withoutBlocks(text))) return `${conf} has an image with the label ${liloLabel} already: rename it`;
    return { text, program, mode: (await io.stat(conf))?.mode ?? 0o600 };
  },

  folder: () => bootFolder,
  oneShot: () => ({ isSure: true }),

  add({ text, mode, program }, entry, lasts) {
    const fresh: AbsPath = '/etc/lilo.conf.reinstall';
    return [
      { why: `Write the entry beside ${conf}`, kind: 'write', at: here(fresh), content: liloText(text, entry), mode },
      { why: 'Let lilo check the entry, without a change', kind: 'run', argv: [program, '-t', '-C', fresh] },
      ...keepCopy(conf, text),
      { why: `Put the entry into ${conf}`, kind: 'rename', from: here(fresh), to: here(conf) },
      {
        why: 'Make the entry known to lilo',
        kind: 'run',
        argv: [program, ...(lasts === 'default' ? ['-D', liloLabel] : [])],
      },
      ...(lasts === 'once'
        ? [
            {
              why: 'Choose the entry for the next start alone',
              kind: 'run' as const,
              argv: [program, '-R', liloLabel] as const,
            },
          ]
        : []),
      flush,
    ];
  },

  remove({ text, mode, program }) {
    if (!hasBlock(text)) return [];
    const steps: Step[] = [
      { why: `Take the entry out of ${conf}`, kind: 'write', at: here(conf), content: withoutBlocks(text), mode },
      { why: 'Choose nothing for the next start', kind: 'run', argv: [program, '-R'] },
      { why: 'Make that known to lilo', kind: 'run', argv: [program] },
      dropCopy(conf),
      flush,
    ];
    return steps;
  },

  check: ({ program }) => [
    { why: 'lilo knows the entry', kind: 'run', argv: [program, '-I', liloLabel] },
    { why: 'lilo would write its map again without an error', kind: 'run', argv: [program, '-t'] },
  ],
};
