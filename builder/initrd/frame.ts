import path from 'node:path';
import { filesBelow } from '../../common/system/files-below.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { type BoelFacts, boelFactsAt } from './boel-facts.ts';
import type { Entry } from './entry.ts';

/** Our own files in the root of BOEL: init, its table, small shell programs. */
const rootFolder = path.join(import.meta.dirname, 'root');

/** Directories and links in the root of BOEL that no package brings. */
const dirs: Record<AbsPath, number> = {
  '/proc': 0o555,
  '/sys': 0o555,
  '/dev': 0o755,
  '/run': 0o755,
  '/tmp': 0o1777,
  '/usr': 0o755,
  '/root': 0o700,
  '/mnt': 0o755,
  '/a': 0o755,
  '/var': 0o755,
};
const links: Record<AbsPath, string> = {
  '/bin': 'usr/bin',
  '/sbin': 'usr/sbin',
  '/lib': 'usr/lib',
  '/lib64': 'usr/lib64',
};

/** The frame of the root, before programs: our own files, and the directories and links around them. */
export async function frameEntries(facts: {
  builtSeconds: number;
  boel: BoelFacts;
  localCfg?: Uint8Array;
}): Promise<Entry[]> {
  const files = (await filesBelow(rootFolder)).map((name): Entry => {
    const from = path.join(rootFolder, name) as AbsPath;
    const at: AbsPath = `/${name}`;
    const runs = at === '/init' || at.startsWith('/usr/lib/boel/') || at.startsWith('/usr/share/udhcpc/');
    return { kind: 'file', at, from, mode: runs ? 0o755 : 0o644, topic: 'frame' };
  });
  const entries: Entry[] = [
    ...Object.entries(dirs).map(([at, mode]): Entry => ({ kind: 'dir', at: at as AbsPath, mode, topic: 'frame' })),
    ...Object.entries(links).map(
      ([at, target]): Entry => ({ kind: 'link', at: at as AbsPath, target, topic: 'frame' }),
    ),
    ...files,
    { kind: 'text', at: boelFactsAt, content: `${JSON.stringify(facts.boel)}\n`, mode: 0o644, topic: 'frame' },
    { kind: 'text', at: '/etc/boel-built', content: `${facts.builtSeconds}\n`, mode: 0o644, topic: 'frame' },
  ];
  if (facts.localCfg)
    entries.push(
      { kind: 'dir', at: '/etc/systemimager', mode: 0o700, topic: 'frame' },
      // Not /local.cfg: iPXE puts a diskette's local.cfg there, and the diskette's wins over this file.
      { kind: 'text', at: '/etc/systemimager/local.cfg', content: facts.localCfg, mode: 0o600, topic: 'frame' },
    );
  return entries;
}

/** Applets that other programs name by their full path in /sbin. */
const inSbin = [
  'init',
  'reboot',
  'poweroff',
  'halt',
  'getty',
  'modprobe',
  'ip',
  'hwclock',
  'mkswap',
  'losetup',
  'blkid',
];

/** A link to busybox for each applet whose name no other program in `taken` has. */
export function appletEntries(applets: readonly string[], taken: ReadonlySet<AbsPath>): Entry[] {
  const folders = (name: string): AbsPath[] => (inSbin.includes(name) ? ['/usr/bin', '/usr/sbin'] : ['/usr/bin']);
  const isTaken = (name: string) => taken.has(under('/usr/bin', name)) || taken.has(under('/usr/sbin', name));
  return applets
    .filter((name) => !isTaken(name))
    .flatMap((name) => folders(name).map((folder) => under(folder, name)))
    .map((at) => ({ kind: 'link', at, target: '/busybox', topic: 'busybox' }));
}
