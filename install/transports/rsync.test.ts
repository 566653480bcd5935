import { describe, expect, it } from 'vitest';
import { rsync, rsyncRetry } from './rsync.ts';
import type { FetchRequest } from './transport.ts';

const base: FetchRequest = {
  server: '10.0.0.1',
  port: 873,
  image: 'web_v1',
  target: '/a',
  totalBytes: 1000,
  mounts: [{ dir: '/', posix: true }],
  splitLinks: [],
};
const common =
  '--partial-dir=.boel-partial --timeout=60 --contimeout=20 --sockopts=TCP_NODELAY --info=progress2 --no-human-readable --outbuf=L --delete';
const calls = (request: Partial<FetchRequest>) =>
  rsync.fetchImage({ ...base, ...request }).map((step) => (step.kind === 'run' ? step.argv.join(' ') : step.kind));

describe('fetchImage', () => {
  it('pulls everything in one call where every filesystem keeps owners', () => {
    expect(calls({})).toEqual([
      `rsync -aHAXS --numeric-ids ${common} --filter=P lost+found/ rsync://10.0.0.1:873/web_v1/ /a/`,
    ]);
  });

  it('pulls FAT by a second call, and never deletes a mount point', () => {
    const mounts = [...base.mounts, { dir: '/boot/efi', posix: false, bytes: 100 }];
    expect(calls({ mounts, server: 'fd00::1', port: 8730 })).toEqual([
      `rsync -aHAXS --numeric-ids ${common} --filter=P lost+found/ --filter=P /boot/efi/ --exclude=/boot/efi/ rsync://[fd00::1]:8730/web_v1/ /a/`,
      `rsync -rt --modify-window=2 ${common} --filter=P lost+found/ --filter=P /boot/efi/ --include=/boot/ --include=/boot/efi/*** --exclude=* rsync://[fd00::1]:8730/web_v1/ /a/`,
    ]);
    const totals = rsync
      .fetchImage({ ...base, mounts })
      .map((step) => step.kind === 'run' && step.progress?.totalBytes);
    expect(totals).toEqual([900, 100]);
  });

  it('brings nothing to a filesystem that is kept, and removes nothing from it', () => {
    const kept = [
      { dir: '/home', posix: true, keep: true, bytes: 300 },
      { dir: '/boot/efi', posix: false, keep: true },
    ];
    const [only, ...others] = calls({ mounts: [...base.mounts, ...kept], splitLinks: [['/usr/x', '/home/x']] });
    expect(others).toEqual([]);
    expect(only).toContain('--exclude=/home/ --exclude=/boot/efi/ rsync://');
  });

  it.each([
    [[{ dir: '/', posix: true, keep: true }], 'the root filesystem is kept'],
    [
      [...base.mounts, { dir: '/home', posix: true, keep: true }, { dir: '/home/new', posix: true }],
      'it would stay empty',
    ],
  ])('refuses %j', (mounts, message) => {
    expect(() => calls({ mounts })).toThrow(message);
  });

  it('copies the names of a hard link that another filesystem holds, after the pull', () => {
    const steps = rsync.fetchImage({
      ...base,
      mounts: [...base.mounts, { dir: '/home', posix: true }],
      splitLinks: [['/usr/x', '/home/x', '/home/[y]', '/usr/z']],
    });
    expect(steps.map((step) => step.kind === 'run' && step.stdin)).toEqual([
      '/home/x\0/home/\\[y]\0',
      '/home/x\0/home/[y]\0',
    ]);
  });
});

describe('exit codes', () => {
  const exit = (code: number, stderr = '') => ({ argv: ['rsync'] as const, code, stderr, stdout: '', timedOut: false });
  it.each([
    [exit(10), [], 'the connection broke'],
    [exit(35), [exit(10), exit(35)], 'the server did not answer'],
    [exit(20, 'rsync error: received SIGINT, SIGTERM, or SIGHUP (code 20)'), [], 'the server was stopped'],
    [exit(5, '@ERROR: max connections (4) reached -- try again later'), [exit(5)], 'the server is full'],
    [exit(5, 'rsync: did not see server greeting'), [], 'the server is full'],
    [exit(5, "@ERROR: Unknown module 'web'"), [], false],
    [exit(23), [exit(10)], 'some files did not arrive'],
    [exit(23), [exit(23)], false],
    [exit(11), [], false],
  ])('%j after %j', (now, before, reason) => {
    expect(rsyncRetry.when(now, before)).toBe(reason);
  });
});
