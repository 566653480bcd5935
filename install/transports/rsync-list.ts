import { rsyncUrl, type ServerAddress } from '../../common/model/server-address.ts';
import { ServerAway, UserError } from '../../common/system/errors.ts';
import type { Exit, ReadIo } from '../../common/system/io.ts';
import { quoteArgv } from '../../common/system/quote.ts';
import { bytesOf, textOf } from '../../common/system/text.ts';
import { passingReason, quick, rsyncHints } from './rsync-daemon.ts';

/** Something in a tree of the server, as `rsync --list-only` tells it. */
export type ListedFile = { kind: 'file' | 'dir' | 'link' | 'other'; path: string };

/** The same with its size, which only rsync tells without a look at each file. */
export type SizedFile = ListedFile & { sizeBytes: number };

/** Lists a tree of the server; undefined if the server has no such tree. */
export async function rsyncList(io: ReadIo, server: ServerAddress, tree: string): Promise<SizedFile[] | undefined> {
  const url = rsyncUrl(server, `${tree}/`);
  return readRsyncList(await io.run({ argv: ['rsync', '--list-only', '-r', '--links', ...quick, url] }));
}

/** Lists what lies in one folder of the server, and not below; undefined if the server has no such folder. */
export async function rsyncListFolder(
  io: ReadIo,
  server: ServerAddress,
  folder: string,
): Promise<ListedFile[] | undefined> {
  const url = rsyncUrl(server, `${folder}/`);
  return readRsyncList(await io.run({ argv: ['rsync', '--list-only', '--links', ...quick, url] }));
}

/**
 * The files that rsync printed; undefined if the server has no such tree. ServerAway if the server may answer later, UserError
 * for every other failure.
 */
export function readRsyncList(exit: Exit): SizedFile[] | undefined {
  const isAbsent = exit.stderr
    .split('\n')
    .some((line) => line.includes('change_dir ') && line.includes(' failed: No such file or directory'));
  if (exit.code === 23 && isAbsent) return undefined;
  const passing = passingReason(exit);
  if (passing !== undefined)
    throw new ServerAway(`cannot list what the server has: ${passing}`, rsyncHints[exit.code] ?? '');
  if (exit.code !== 0)
    throw new UserError(
      `cannot list what the server has: rsync exited ${exit.code}\n    ${exit.stderr.trim()}`,
      `${rsyncHints[exit.code] ?? ''} To see the failure again, run: ${quoteArgv(exit.argv)}`.trim(),
    );
  return exit.stdout.split('\n').flatMap((line) => {
    // drwxr-xr-x          4,096 2026/11/23 00:00:00 etc/network
    const [, mode, size = '', text] = /^(\S{10}) +([\d,]+) \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (.+)$/.exec(line) ?? [];
    if (mode === undefined || text === undefined) return [];
    const kind = kinds[mode[0] ?? ''] ?? 'other';
    const name = kind === 'link' ? text.replace(/ -> .*$/s, '') : text;
    return name === '.' ? [] : [{ kind, path: unescapeName(name), sizeBytes: Number(size.replaceAll(',', '')) }];
  });
}

const kinds: Record<string, ListedFile['kind']> = { '-': 'file', d: 'dir', l: 'link' };

/** The name in rsync’s output. rsync writes bytes that do not print as \#ooo: rsync(1) --8-bit-output. */
export function unescapeName(text: string): string {
  const pieces = text.split(/\\#([0-7]{3})/);
  return textOf(
    Buffer.concat(
      pieces.map((piece, at) => (at % 2 === 1 ? Buffer.from([Number.parseInt(piece, 8)]) : bytesOf(piece))),
    ),
  );
}
