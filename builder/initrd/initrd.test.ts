import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath, under } from '../../common/system/place.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import type { BuildContext } from '../run.ts';
import type { Entry } from './entry.ts';
import { packOneArchive, packWithSquashfs } from './initrd.ts';

let dir: string;
let ran: string[];
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'initrd-'));
  ran = [];
});
afterEach(() => rmSync(dir, { recursive: true }));

/** In the place of mksquashfs: names, modes and content of the folder. In that of zstd: the archive as it is. */
const { io } = recorderIo({
  answer({ argv }) {
    const [program, first = '', second = ''] = argv;
    ran.push(argv.join(' '));
    if (program === 'mksquashfs') {
      const names = readdirSync(first, { recursive: true, encoding: 'utf8' }).sort();
      const lines = names.map((name) => {
        const stat = statSync(path.join(first, name));
        return `${name} ${stat.mode.toString(8)} ${stat.isFile() ? readFileSync(path.join(first, name), 'utf8') : ''}\n`;
      });
      writeFileSync(second, lines.join(''));
    } else {
      const to = argv[argv.indexOf('-o') + 1] ?? '';
      writeFileSync(to, readFileSync(argv.at(-1) ?? ''));
    }
    return {};
  },
});
const context: BuildContext = { io, signal: new AbortController().signal, say: () => {} };

/** The same files, from a folder of its own with times and an umask of its own. */
function entries(name: string, seconds: number): Entry[] {
  const from = absPath(path.join(dir, name));
  writeFileSync(from, 'program');
  chmodSync(from, seconds % 2 === 0 ? 0o600 : 0o755);
  utimesSync(from, seconds, seconds);
  return [
    { kind: 'file', at: '/usr/bin/boel', from, mode: 0o755, topic: 'node' },
    { kind: 'file', at: '/busybox', from, mode: 0o755, topic: 'busybox' },
    { kind: 'text', at: '/etc/x', content: 'text', mode: 0o644, topic: 'frame' },
    { kind: 'link', at: '/bin', target: 'usr/bin', topic: 'frame' },
    { kind: 'dir', at: '/tmp', mode: 0o1777, topic: 'frame' },
  ];
}

it.each([
  ['cpio around a squashfs', packWithSquashfs],
  ['one archive', packOneArchive],
])('%s: the same files give the same bytes, wherever, whenever and in whatever order', async (_, pack) => {
  const packed = [];
  for (const [at, seconds] of [1000, 2_000_000_000].entries()) {
    const work = under(absPath(mkdtempSync(path.join(dir, 'work-'))));
    const files = entries(`file-${at}`, seconds + at);
    packed.push(await pack(context, at === 0 ? files : files.toReversed(), 'fast', work));
  }
  expect(packed[0]?.equals(packed[1] ?? Buffer.alloc(0))).toBe(true);
});
it('tells mksquashfs to write no owner and no time', async () => {
  await packWithSquashfs(context, entries('file', 1000), 'best', absPath(mkdtempSync(path.join(dir, 'work-'))));
  expect(ran.join('\n')).toContain('-all-root -all-time 0 -mkfs-time 0 -comp zstd -Xcompression-level 19');
});
it('packs drivers of hardware apart, and what is asked for by name with the programs', async () => {
  const from = absPath(path.join(dir, 'module'));
  writeFileSync(from, 'module');
  const module = (at: string): Entry => ({
    kind: 'file',
    at: absPath(`/usr/lib/modules/6.1.0/kernel/${at}`),
    from,
    mode: 0o644,
    topic: 'kernel modules',
  });
  const work = absPath(mkdtempSync(path.join(dir, 'work-')));
  await packWithSquashfs(context, [module('drivers/net/e1000.ko'), module('asked/drivers/md/raid1.ko')], 'fast', work);
  const packed = (name: string) => readFileSync(path.join(work, name), 'utf8');
  expect(packed('drivers.squashfs')).toMatch(/^net \d+ \nnet\/e1000.ko \d+ module\n$/);
  expect(packed('boel.squashfs')).toContain('lib/modules/6.1.0/kernel/asked/drivers/md/raid1.ko');
  expect(packed('boel.squashfs')).not.toContain('e1000');
});
