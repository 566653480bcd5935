import { describe, expect, it } from 'vitest';
import { printSteps } from '../../common/system/apply.ts';
import { planFinish, planRenames, planSwap } from '../images/swap.ts';
import { nextVersion } from '../images/versions.ts';
import { describe as describeGolden } from './description.ts';
import { type CaptureWish, planCapture, planFarewell } from './plan.ts';
import { expectedBytes, needsRoom } from './room.ts';
import { captureHints, captureRetry, checkSource, type Source } from './source.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';

const daemon: Source = { kind: 'daemon', host: '10.0.0.5', port: 873, password: 'hush' };
const wish: CaptureWish = {
  image: 'web_v1',
  source: daemon,
  choices: [
    { dir: '/', taken: true },
    { dir: '/proc', taken: false },
  ],
  excludes: [],
  growing: '/i/.web_v1.new',
};

describe('a capture', () => {
  it('shows its steps without the password', () => {
    const text = printSteps(planCapture(wish));
    expect(text).toContain('rsync -aHAXS --numeric-ids --delete-delay --delete-excluded');
    expect(text).toContain("'--exclude=/proc/*' rsync://getimage@10.0.0.5:873/root/ /i/.web_v1.new/");
    expect(text).toContain('<password>');
    expect(text).not.toContain('hush');
  });

  it('of an image that is there takes unchanged files from it', () => {
    const text = printSteps(planCapture({ ...wish, before: { image: 'web_v1', at: '/i/web_v1', by: 'copy' } }));
    expect(text).toContain('cp -a --reflink=auto --update --no-target-directory -- /i/web_v1 /i/.web_v1.new\n');
    // It fills the holes of sparse files.
    expect(text).not.toContain('--copy-dest');
  });

  it('makes hard links to the version before, and never writes through one of an earlier attempt', () => {
    const before = { image: 'web_v0', at: '/i/web_v0', by: 'hard links' } as const;
    const text = printSteps(planCapture({ ...wish, before, resumes: true, dropsLinks: true }));
    expect(text).toContain(' --link-dest=/i/web_v0 ');
    expect(text).not.toContain('cp -a');
    const order = ['mkdir', "find /i/.web_v1.new -xdev '!' -type d -links +1 -delete", 'rsync -aHAXS'];
    expect(order.map((one) => text.indexOf(one))).toEqual(order.map((one) => text.indexOf(one)).sort((a, b) => a - b));
    expect(text).toContain(order[1]);
  });

  it('of a btrfs begins with a snapshot, and goes on in it', () => {
    const before = { image: 'web_v0', at: '/i/web_v0', by: 'snapshot' } as const;
    const text = printSteps(planCapture({ ...wish, before, isSubvolume: true }));
    expect(text).toContain('btrfs subvolume snapshot /i/web_v0 /i/.web_v1.new\n');
    // It would write through names that are hard links in the version before and files of their own by now.
    expect(text).not.toContain('--inplace');
    expect(printSteps(planCapture({ ...wish, before, isSubvolume: true, resumes: true }))).not.toContain('btrfs');
    expect(printSteps(planCapture({ ...wish, isSubvolume: true }))).toContain(
      'btrfs subvolume create /i/.web_v1.new\n',
    );
  });

  it('logs each file where that is asked for', () => {
    const log = { file: '/var/log/systemimager/getimage.web_v1', format: '%o %f' } as const;
    const text = printSteps(planCapture({ ...wish, log }));
    expect(text).toContain("'--log-file-format=%o %f'");
    expect(text.indexOf('mkdir')).toBeLessThan(text.indexOf('--log-file'));
  });
  it('by ssh has no daemon to take leave of, and asks for sudo where it is not root', () => {
    const source: Source = { kind: 'ssh', host: 'fe80::1', user: 'admin' };
    const text = printSteps(planCapture({ ...wish, source }));
    expect(text).toContain("-l admin' '--rsync-path=sudo -n rsync'");
    expect(text).toContain("'[fe80::1]:/' /i/.web_v1.new/");
    expect(planFarewell(source)).toEqual([]);
  });

  it('has the golden client run its hooks around the pull, by daemon and by ssh', () => {
    expect(printSteps(planCapture({ ...wish, hooks: true }))).toContain('rsync://getimage@10.0.0.5:873/capture/ ');
    const ssh = (user: string) =>
      printSteps(planCapture({ ...wish, hooks: true, source: { kind: 'ssh', host: 'web', user } }));
    expect(ssh('root')).toContain("'--rsync-path=/etc/systemimager/capture-hooks around rsync'");
    expect(ssh('admin')).toContain("'--rsync-path=sudo -n /etc/systemimager/capture-hooks around rsync'");
  });

  it('is not tried again where a hook failed, and is where the connection broke', () => {
    const exit = { argv: ['rsync'] as const, code: 12, timedOut: false, stdout: '' };
    const failed = '50-db before failed (3)\nthe hooks before the capture failed\nrsync error: code 12\n';
    expect(captureRetry.when({ ...exit, stderr: failed }, [])).toBe(false);
    expect(captureRetry.when({ ...exit, stderr: 'rsync error: code 12\n' }, [])).toContain('connection broke');
  });

  it('by ssh goes on after a connection that broke, with the keys of an agent', () => {
    const exit = { argv: ['rsync'] as const, code: 255, timedOut: false, stdout: '', stderr: 'Broken pipe' };
    expect(captureRetry.when(exit, [])).toBe('the connection by ssh broke');
    const source: Source = { kind: 'ssh', host: 'web', user: 'root', agent: '/tmp/agent' };
    expect(printSteps(planCapture({ ...wish, source }))).toContain('\nSSH_AUTH_SOCK=/tmp/agent rsync ');
  });

  it('by ssh says what is missing there', () => {
    const hints = captureHints({ kind: 'ssh', host: 'web', user: 'admin' });
    expect(hints[127]).toBe('Install rsync on web.');
    expect(hints[2]).toContain('ssh admin@web true');
    expect(captureHints(daemon)[127]).toBeUndefined();
  });

  it.each<Source>([
    { ...daemon, host: '-e' },
    { ...daemon, host: 'a b' },
    { ...daemon, host: 'a/../b' },
    { kind: 'ssh', host: 'h', user: 'x -o ProxyCommand=y' },
  ])('refuses %j', (source) => {
    expect(() => checkSource(source)).toThrow(/is no/);
  });

  it('takes the image’s place in one moment', () => {
    const steps = planRenames({ image: 'web_v1', tree: '/i/.web_v1.new', old: '/i/.web_v1.old-1' }, '/i');
    expect(
      printSteps(steps)
        .split('\n')
        .filter((line) => line.startsWith('mv')),
    ).toEqual([
      'mv -T /i/.web_v1.new /i/.web_v1.ready',
      'mv -T /i/web_v1 /i/.web_v1.old-1',
      'mv -T /i/.web_v1.ready /i/web_v1',
    ]);
  });

  it('that was ended between two renames is finished', async () => {
    const finish = async (...names: string[]) => {
      const files = Object.fromEntries(names.map((name) => [`/i/${name}`, { dir: true } as const]));
      const text = printSteps(await planFinish(recorderIo({ files }).io, { images: '/i', manifests: '/m' }, 'web_v1'));
      return text.split('\n').filter((line) => /^(mv|rm)/.test(line));
    };
    expect(await finish('.web_v1.ready', '.web_v1.old-1')).toEqual([
      'rm -rf /m/web_v1.manifest',
      'mv -T /i/.web_v1.ready /i/web_v1',
    ]);
    expect(await finish('.web_v1.ready', 'web_v1')).toEqual(['mv -T /i/.web_v1.ready /i/.web_v1.new']);
    expect(await finish('web_v1')).toEqual([]);
  });

  it('points a running daemon at the tree that grew, and at no other image', async () => {
    const conf = 'a = b\n\n[web]\n\tpath = /i/web\n\n[web_v1]\n\tpath = /i/web_v1\n';
    const { io } = recorderIo({ files: { '/r/rsyncd.conf': conf } });
    const plan = async (image: string) =>
      printSteps(await planSwap(io, { images: '/i', run: '/r' }, { image, tree: '/i/new', old: '/i/old' }));
    expect(await plan('web_v1')).toContain('[web]\n\tpath = /i/web\n\n[web_v1]\n\tpath = /i/.web_v1.ready\n');
    expect(await plan('none')).not.toContain('path =');
  });
});

describe('what prepareclient wrote', () => {
  const texts = { storage: undefined, fstab: '', excludes: '# no\n/tmp/*\n', host: 'h' };
  it('of the classic one is enough', () => {
    const mounted = '/dev/sda5 on / type ext2 (rw)\n/dev/sdb1 on /my data type xfs (rw)\njunk\n';
    expect(describeGolden({ ...texts, mounted })).toMatchObject({
      hostname: 'h',
      excludes: ['/tmp/*'],
      mounts: [{ dir: '/' }, { dir: '/my data', type: 'xfs' }],
    });
  });
  it('leaves out what it swaps to', () => {
    const mounted = '/dev/sda5 on / type ext4 (rw)\n';
    const storage = JSON.stringify({ swapFiles: [{ path: '/swap[1].img', sizeBytes: 1 }] });
    expect(describeGolden({ ...texts, mounted, storage }).excludes).toEqual(['/tmp/*', '/swap\\[1].img']);
  });
  it.each([
    ['no root', '/dev/sda1 on /x type ext4 (rw)\n', undefined, 'names no filesystem on /'],
    ['garbage', '/dev/sda1 on / type ext4 (rw)\n', '{"mounts":[1]}', 'storage.json of h does not read'],
    ...['x', '/a\0b'].map((dir): [string, string, string, string] => [
      `a mount on ${JSON.stringify(dir)}`,
      '/dev/sda1 on / type ext4 (rw)\n',
      JSON.stringify({ mounts: [{ device: 'd', dir, type: 'nfs', root: '/', devno: '0:9' }] }),
      'storage.json of h does not read',
    ]),
  ])('with %s is refused', (_, mounted, storage, message) => {
    expect(() => describeGolden({ ...texts, mounted, storage })).toThrow(message);
  });
});

describe('room on the server', () => {
  const expected = expectedBytes([{ dir: '/', bytes: 2 ** 31, inodes: 10 }], wish.choices);
  const io = (avail: string) => recorderIo({ answer: () => ({ stdout: `Avail IAvail Inodes\n${avail}\n` }) }).io;
  const options = { isShared: false, growing: undefined, isLess: false };
  it('must be there before anything begins', async () => {
    await expect(needsRoom(io('1073741824 500 9000'), '/i', expected, options)).rejects.toThrow('1.0 GiB free');
    await expect(needsRoom(io('9073741824 5 9000'), '/i', expected, options)).rejects.toThrow('5 inodes free');
    await expect(needsRoom(io('9073741824 0 0'), '/i', expected, options)).resolves.toBeUndefined();
  });
  it('may be too little where patterns leave something out: that is told, and no more', async () => {
    const isLess = { ...options, isLess: true };
    expect(await needsRoom(io('1073741824 500 9000'), '/i', expected, isLess)).toContain('can make the difference');
    expect(await needsRoom(io('9073741824 500 9000'), '/i', expected, isLess)).toBeUndefined();
  });
});

it.each([
  ['web_v1', 'web_v2'],
  ['web_v09', 'web_v10'],
  ['web', 'web_v2'],
  ['7', '7_v2'],
])('after %s comes %s', (image, next) => {
  expect(nextVersion(image)).toBe(next);
});
