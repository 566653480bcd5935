import { inside } from '../../common/system/inside.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import { type DeviceBelow, probeBelow, volumeBelow } from '../../machine/block-tree.ts';
import { extlinuxConfig } from '../boot-files/extlinux-config.ts';
import { type BootEntry, entryName, entryTitle, type EntryWay, type Lasts, type OneShot } from './boot-entry.ts';
import { bootFolder, dropCopy, flush, keepCopy } from './edit-text.ts';
import { hasBlock, withBlockAtEnd, withBlockFor, withoutBlocks } from './marked-block.ts';
import { mountAt, pathWithin } from './running-boot.ts';

export type ExtlinuxEntryFacts = {
  at: AbsPath;
  text: string;
  mode: number;
  program: string;
  below: readonly DeviceBelow[];
  within: (path: AbsPath) => AbsPath;
};

const programs: AbsPath[] = ['/sbin/extlinux', '/usr/sbin/extlinux', '/usr/bin/extlinux'];

/** The configuration with the entry. For `default`, DEFAULT and a menu's own choice lead to the entry. */
export function extlinuxText(
  { text, within }: Pick<ExtlinuxEntryFacts, 'text' | 'within'>,
  { kernel, initrds, words }: BootEntry,
  lasts: Lasts,
): string {
  const before = withoutBlocks(text);
  const chosen = lasts === 'default' ? withBlockFor(before, /^[ \t]*default[ \t]/i, `DEFAULT ${entryName}`) : before;
  return withBlockAtEnd(chosen ?? before, [
    ...(chosen === undefined ? [`DEFAULT ${entryName}`] : []),
    `LABEL ${entryName}`,
    `  MENU LABEL ${entryTitle}`,
    ...(lasts === 'default' ? ['  MENU DEFAULT'] : []),
    `  LINUX ${within(kernel)}`,
    `  INITRD ${initrds.map((one) => within(one)).join(',')}`,
    `  APPEND ${words.join(' ')}`,
  ]);
}

/** extlinux and syslinux on a disk. `extlinux --once` writes into ldlinux.sys, whose sectors the loader itself clears again. */
export const extlinux: EntryWay<ExtlinuxEntryFacts> = {
  name: 'extlinux',

  async probe(io, machine) {
    const tree = inside(io, '/');
    const found = await extlinuxConfig(tree);
    const program = await tree.firstOf(programs);
    if (found === undefined || program === undefined) return undefined;
    const at = await tree.real(found);
    const own = mountAt(machine.mounts, at);
    if (own.dir !== mountAt(machine.mounts, bootFolder).dir)
      return `${at} and ${bootFolder} lie on two filesystems, and extlinux reads only its own`;
    return {
      at,
      text: (await io.readText(at)) ?? '',
      mode: (await io.stat(at))?.mode ?? 0o644,
      program,
      below: await probeBelow(io, own.source),
      within: (path) => pathWithin(own, path),
    };
  },

  folder: () => bootFolder,

  oneShot({ below }): OneShot {
    const volume = volumeBelow(below);
    if (volume === undefined) return { isSure: true };
    return { isSure: false, why: `extlinux clears its choice only on one half of ${volume.node} (${volume.kind})` };
  },

  add(facts, entry, lasts) {
    const { at, text, mode, program } = facts;
    return [
      ...keepCopy(at, text),
      {
        why: `Put the entry into ${at}`,
        kind: 'write',
        at: here(at),
        content: extlinuxText(facts, entry, lasts),
        mode,
      },
      ...(lasts === 'once'
        ? [
            {
              why: 'Choose the entry for the next start alone',
              kind: 'run' as const,
              argv: [program, `--once=${entryName}`, under(at, '..')] as const,
            },
          ]
        : []),
      flush,
    ];
  },

  remove({ at, text, mode, program }) {
    if (!hasBlock(text)) return [];
    return [
      { why: 'Choose nothing for the next start', kind: 'run', argv: [program, '--clear-once', under(at, '..')] },
      { why: `Take the entry out of ${at}`, kind: 'write', at: here(at), content: withoutBlocks(text), mode },
      dropCopy(at),
      flush,
    ];
  },

  check: ({ at }) => [
    { why: `The entry stands in ${at}`, kind: 'run', argv: ['grep', '-n', '-A5', `^LABEL ${entryName}`, at] },
    {
      why: 'extlinux has the entry for the next start (with --default, it need not)',
      kind: 'run',
      argv: ['grep', '-a', '-c', entryName, under(at, '..', 'ldlinux.sys')],
      ok: { 1: 'no entry is chosen for the next start alone' },
    },
  ],
};
