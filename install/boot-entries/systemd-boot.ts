import { fnmatch } from '../../common/model/fnmatch.ts';
import { inside } from '../../common/system/inside.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import { readLoaderText, takesOneShot } from '../../machine/efi-variable.ts';
import { type BootEntry, entryName, entryTitle, type EntryWay, notChosen, type OneShot } from './boot-entry.ts';
import { dropCopy, flush, keepCopy } from './edit-text.ts';
import { hasBlock, withBlockAtEnd, withBlockFor, withoutBlocks } from './marked-block.ts';

export type SystemdBootEntryFacts = {
  /** Where the entries lie: the EFI system partition, or the extended boot partition. */
  dir: AbsPath;
  /** loader.conf; undefined if there is none. */
  conf: string | undefined;
  bootctl: string;
  /** The entry that has started the running system. */
  selected: string | undefined;
  hasEntry: boolean;
  /** The entry for the next start alone. */
  oneShot: string | undefined;
};

/** The entry, by the Boot Loader Specification; paths begin at the filesystem of the entry. */
export function entryText(dir: AbsPath, { kernel, initrds, words }: BootEntry): string {
  const within = (at: AbsPath) => at.slice(dir.length);
  return [
    `title ${entryTitle}`,
    'version 0',
    `linux ${within(kernel)}`,
    ...initrds.map((one) => `initrd ${within(one)}`),
    `options ${words.join(' ')}`,
    '',
  ].join('\n');
}

/**
 * loader.conf, by which our entry is never the default by chance: without `default`, with a pattern that fits, or with @saved, the loader
 * might start our entry a second time. The entry that runs now is the default then.
 */
export function loaderConf(conf: string, selected: string | undefined, lasts: 'once' | 'default'): string {
  const before = withoutBlocks(conf);
  const said = /^[ \t]*default[ \t]+(\S+)/m.exec(before)?.[1];
  const name = `${entryName}.conf`;
  const isSafe = said !== undefined && !said.startsWith('@') && !fnmatch(said, name) && !fnmatch(said, entryName);
  const wanted = lasts === 'default' ? name : isSafe ? undefined : selected;
  if (wanted === undefined) return before;
  const line = `default ${wanted}`;
  return withBlockFor(before, /^[ \t]*default[ \t]/, line) ?? withBlockAtEnd(before, [line]);
}

/** systemd-boot. The loader itself clears LoaderEntryOneShot before it starts the entry (systemd's Boot Loader Interface). */
export const systemdBoot: EntryWay<SystemdBootEntryFacts> = {
  name: 'systemd-boot',

  async probe(io, { mounts }) {
    const tree = inside(io, '/');
    const bootctl = await tree.firstOf(['/usr/bin/bootctl', '/bin/bootctl']);
    const dirs = ['/boot', '/efi', '/boot/efi'] as const;
    const isThere = (dir: AbsPath) => mounts.some((one) => one.dir === dir && one.type === 'vfat');
    let dir: AbsPath | undefined;
    for (const one of dirs) if (isThere(one) && (await tree.list(under(one, 'loader/entries')))?.length) dir ??= one;
    if (dir === undefined) return undefined;
    if (bootctl === undefined) return 'bootctl is missing: install the package systemd-boot';
    if (!(await takesOneShot(io))) return 'this systemd-boot takes no entry for the next start alone (LoaderFeatures)';
    const conf = await io.readText(under(dir, 'loader/loader.conf'));
    const selected = await readLoaderText(io, 'LoaderEntrySelected');
    if (selected === undefined)
      return 'systemd-boot does not tell which entry has started this machine (LoaderEntrySelected)';
    const hasEntry = (await io.lstat(under(dir, 'loader/entries', `${entryName}.conf`))) !== undefined;
    return { dir, conf, bootctl, selected, hasEntry, oneShot: await readLoaderText(io, 'LoaderEntryOneShot') };
  },

  folder: ({ dir }) => under(dir, 'systemimager'),
  oneShot: (): OneShot => ({ isSure: true }),

  add({ dir, conf = '', bootctl, selected }, entry, lasts) {
    const file = under(dir, 'loader/entries', `${entryName}.conf`);
    const at = under(dir, 'loader/loader.conf');
    const text = loaderConf(conf, selected, lasts);
    return [
      ...(text === conf
        ? []
        : [
            ...(conf === '' ? [] : keepCopy(at, conf)),
            { why: 'Keep the default entry', kind: 'write' as const, at: here(at), content: text, mode: 0o644 },
          ]),
      { why: 'Write the entry', kind: 'write', at: here(file), content: entryText(dir, entry), mode: 0o644 },
      ...(lasts === 'once'
        ? [
            {
              why: 'Choose the entry for the next start alone',
              kind: 'run' as const,
              argv: [bootctl, 'set-oneshot', `${entryName}.conf`] as const,
            },
          ]
        : []),
      flush,
    ];
  },

  remove({ dir, conf = '', bootctl, hasEntry }) {
    const at = under(dir, 'loader/loader.conf');
    const rest = withoutBlocks(conf);
    if (!hasEntry && !hasBlock(conf)) return [];
    return [
      { why: 'Choose nothing for the next start', kind: 'run', argv: [bootctl, 'set-oneshot', ''] },
      ...(hasBlock(conf)
        ? [
            rest === ''
              ? { why: `Remove ${at}`, kind: 'remove' as const, at: here(at) }
              : { why: 'Give loader.conf back', kind: 'write' as const, at: here(at), content: rest, mode: 0o644 },
            dropCopy(at),
          ]
        : []),
      { why: 'Remove the entry', kind: 'remove', at: here(under(dir, 'loader/entries', `${entryName}.conf`)) },
      flush,
    ];
  },

  check({ dir, conf = '', bootctl, oneShot }) {
    const file = `${entryName}.conf`;
    if (oneShot !== file && !conf.includes(`\ndefault ${file}\n`))
      throw notChosen(`LoaderEntryOneShot is ${oneShot ?? 'not set'}`);
    return [
      { why: 'bootctl lists the entry', kind: 'run', argv: [bootctl, '--no-pager', 'list'] },
      { why: 'The entry is there', kind: 'run', argv: ['test', '-s', under(dir, 'loader/entries', file)] },
    ];
  },
};
