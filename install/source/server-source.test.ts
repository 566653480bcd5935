import { describe, expect, it } from 'vitest';
import type { Settings } from '../../common/model/settings.ts';
import { serverSource } from './server-source.ts';
import type { FetchMount } from '../target/mounted.ts';
import { type TreeRequest, treeParts } from './tree-parts.ts';

const root: FetchMount = { dir: '/', posix: true };
const base: TreeRequest = { image: 'web_v1', root: '/a', totalBytes: 1000, mounts: [root], exact: true };
const setting = (value: string) => ({ value, from: 'DHCP' as const, detail: '' });
const settings = { IMAGESERVER: setting('10.0.0.1') };
const common =
  '--partial-dir=.boel-partial --timeout=60 --contimeout=20 --sockopts=TCP_NODELAY --info=progress2 --no-human-readable --outbuf=L --delete';
const calls = (request: Partial<TreeRequest>, from: Settings = settings) =>
  serverSource(from)
    .tree({ ...base, ...request })
    .map((step) => (step.kind === 'run' ? step.argv.join(' ') : step.kind));

describe('tree', () => {
  it('pulls everything in one call where every filesystem keeps owners', () => {
    expect(calls({})).toEqual([
      `rsync -aHAXS --numeric-ids ${common} --filter=P lost+found/ rsync://10.0.0.1:873/web_v1/ /a/`,
    ]);
  });

  it('pulls FAT by a second call, and never deletes a mount point', () => {
    const mounts = [root, { dir: '/boot/efi', posix: false, bytes: 100 }];
    expect(calls({ mounts }, { IMAGESERVER: setting('fd00::1'), RSYNCPORT: setting('8730') })).toEqual([
      `rsync -aHAXS --numeric-ids ${common} --filter=P lost+found/ --filter=P /boot/efi/ --exclude=/boot/efi/ rsync://[fd00::1]:8730/web_v1/ /a/`,
      `rsync -rt --modify-window=2 ${common} --filter=P lost+found/ --filter=P /boot/efi/ --include=/boot/ --include=/boot/efi/*** --exclude=* rsync://[fd00::1]:8730/web_v1/ /a/`,
    ]);
    const totals = serverSource(settings)
      .tree({ ...base, mounts })
      .map((step) => step.kind === 'run' && step.progress?.totalBytes);
    expect(totals).toEqual([900, 100]);
  });

  it('brings nothing to a filesystem that is kept, and removes nothing from it', () => {
    const kept = [
      { dir: '/home', posix: true, keep: true, bytes: 300 },
      { dir: '/boot/efi', posix: false, keep: true },
    ];
    const [only, ...others] = calls({ mounts: [root, ...kept], splitLinks: [['/usr/x', '/home/x']] });
    expect(others).toEqual([]);
    expect(only).toContain('--exclude=/home/ --exclude=/boot/efi/ rsync://');
  });

  it.each([
    [[{ dir: '/', posix: true, keep: true }], 'the root filesystem is kept'],
    [
      [root, { dir: '/home', posix: true, keep: true }, { dir: '/home/new', posix: true }],
      '/home/new would stay empty',
    ],
  ])('refuses %j', (mounts, message) => {
    expect(() => calls({ mounts })).toThrow(message);
  });

  it('copies the names of a hard link that another filesystem holds, after the pull', () => {
    const steps = serverSource(settings).tree({
      ...base,
      mounts: [root, { dir: '/home', posix: true }],
      splitLinks: [['/usr/x', '/home/x', '/home/[y]', '/usr/z']],
    });
    expect(steps.map((step) => step.kind === 'run' && step.stdin)).toEqual([
      '/home/x\0/home/\\[y]\0',
      '/home/x\0/home/[y]\0',
    ]);
  });

  it.each([
    [[root], 'hard links'],
    [[{ ...root, holeBytes: 1 }], 'hard links, holes'],
  ])('is refused where a filesystem keeps what the transport loses: %j', (mounts, lost) => {
    const keeps = ['owners', 'links', 'ACLs', 'extended attributes'] as const;
    expect(() => treeParts({ ...base, mounts }, { name: 'parcel', keeps })).toThrow(
      `the transport parcel loses of image web_v1: ${lost}`,
    );
  });

  it('may come to FAT by a transport that keeps nothing', () => {
    const mounts = [{ dir: '/boot/efi', posix: false }];
    expect(treeParts({ ...base, mounts }, { name: 'parcel', keeps: [] })).toHaveLength(2);
  });
});
