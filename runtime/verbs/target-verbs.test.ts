import { describe, expect, it } from 'vitest';
import type { State } from '../../common/model/state.ts';
import type { Step } from '../../common/system/step.ts';
import { installedState, targetMountinfo } from '../../test/helpers/installed-state.ts';
import { type Answer, type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { finish } from './finish.ts';
import { fstab } from './fstab.ts';
import { host } from './host.ts';
import { image } from './image.ts';
import { overrides } from './overrides.ts';
import { runParts } from './run-parts.ts';
import type { Verb } from './verb.ts';

type Machine = { files?: Record<string, RecordedFile>; http?: string; answer?: (argv: string) => Answer };

async function planned(verb: Verb, args: string[], options: object, state: State, machine: Machine = {}) {
  const { io } = recorderIo({
    files: { '/proc/self/mountinfo': targetMountinfo, ...machine.files },
    answer: ({ argv }) => machine.answer?.(argv.join(' ')),
    http: () => (machine.http === undefined ? undefined : { status: 200, body: machine.http }),
  });
  return verb.plan(await verb.probe({ io, state, args, options, stdin: '' }), state, options);
}
const flat = (steps: readonly Step[]): Step[] =>
  steps.flatMap((step) => (step.kind === 'group' ? flat(step.steps) : [step]));
const argvs = (steps: readonly Step[]) =>
  flat(steps).flatMap((step) => (step.kind === 'run' ? step.argv.join(' ') : []));
const list = (...lines: string[]): Answer => ({
  stdout: lines.map((line) => `${line.slice(0, 10)}              1 2026/11/23 00:00:00 ${line.slice(11)}\n`).join(''),
});
const none: Answer = {
  code: 23,
  stderr: 'rsync: [sender] change_dir "/host/web1" (in overrides) failed: No such file or directory (2)\n',
};

describe('image', () => {
  it('asks the server how much there is, and hands its mounts to the transport', async () => {
    const http = JSON.stringify({
      name: 'web_v1',
      bytes: 3e6,
      inodes: 7,
      splitLinks: [],
      mounts: [
        { dir: '/', bytes: 2e6, inodes: 5 },
        { dir: '/boot/efi', bytes: 1e6, inodes: 2 },
      ],
    });
    const { say, steps, state } = await planned(image, ['web_v1'], {}, installedState(), { http });
    expect(say).toBe('Image web_v1, 3.0 MB in 7 files, from image server 10.0.0.1.');
    expect(steps.map((step) => step.kind === 'run' && step.progress?.totalBytes)).toEqual([2e6, 1e6]);
    expect(state?.image).toEqual({ name: 'web_v1', bytes: 3e6, inodes: 7 });
  });

  it.each([
    [
      'another tree',
      { status: 200, body: { tree: '1:3' } },
      'another image took the place of web_v1 on the image server',
    ],
    ['the same tree', { status: 200, body: { tree: '1:2' } }, undefined],
    ['no image any more', { status: 404, body: { error: 'gone', hint: '' } }, undefined],
  ])('of several calls is made again where the server has %s at the end', async (_, end, reason) => {
    const known = { name: 'web_v1', tree: '1:2', bytes: 3, inodes: 7, splitLinks: [], mounts: [] };
    const answers = [
      { status: 200, body: known },
      { ...end, body: { ...known, ...end.body } },
    ];
    const http = () => {
      const { status, body } = answers.shift() ?? { status: 500, body: {} };
      return { status, body: JSON.stringify(body) };
    };
    const { io } = recorderIo({ files: { '/proc/self/mountinfo': targetMountinfo }, http });
    const input = { io, state: installedState(), args: ['web_v1'], options: {}, stdin: '' };
    expect(await image.again?.(await image.probe(input), input)).toBe(reason);
  });

  it('pulls also where the server gives no facts, and says so', async () => {
    expect((await planned(image, [], {}, installedState(), { http: '<html>' })).say).toContain('of unknown size');
  });

  it.each([
    ['a name with a slash', ['../x'], installedState(), {}, 'is no image name'],
    [
      'an unmounted target',
      [],
      installedState(),
      { files: { '/proc/self/mountinfo': '' } },
      '/dev/vda3 on /a, /dev/vda2 on /a/boot/efi',
    ],
    ['no server', [], installedState({ settings: {} }), {}, 'where the image server is'],
  ])('refuses %s', async (_, args, state, machine, message) => {
    await expect(planned(image, args, {}, state, machine)).rejects.toThrow(message);
  });
});

describe('overrides', () => {
  const answer = (argv: string): Answer =>
    argv.includes('image/web_v1')
      ? list('drwxr-xr-x .', 'drwxr-xr-x etc', '-rw-r--r-- etc/motd', 'drwxr-xr-x srv/new')
      : none;
  const files = { '/a/etc': { dir: true as const } };

  it('brings files and new directories in order, and says which override the server does not have', async () => {
    const state = installedState({
      settings: { ...installedState().settings, GROUPNAMES: { value: 'a b', from: 'DHCP', detail: '' } },
    });
    const { say, steps } = await planned(overrides, [], {}, state, { answer, files });
    expect(say).toBe(
      'Overrides: image/web_v1: 2 files; group/a: the server has none; group/b: the server has none; host/web1: the server has none.',
    );
    expect(steps.map((step) => step.kind === 'run' && step.stdin)).toEqual(Array(2).fill('etc/motd\0srv/new\0'));
  });

  it.each([
    [
      'a directory where the image has a link',
      { answer, files: { '/a/etc': { link: 'usr/etc' } } },
      'the link would be lost',
    ],
    ['an answer that is none', { answer: () => ({ code: 5, stderr: '@ERROR: access denied' }) }, 'access denied'],
  ])('refuses %s', async (_, machine, message) => {
    await expect(planned(overrides, [], {}, installedState(), machine)).rejects.toThrow(message);
  });
});

describe('host', () => {
  const files = { '/a/sbin/ifup': '', '/a/usr/sbin/sshd': '', '/a/usr/bin/ssh-keygen': '' };

  it('gives name, network and new host keys', async () => {
    const { say, steps } = await planned(host, [], { ip: 'dhcp' }, installedState(), { files });
    expect(say).toBe('This machine is web1.example.org, dhcp by ifupdown.');
    expect(flat(steps)[0]).toMatchObject({ at: { root: '/a', path: '/etc/hostname' }, content: 'web1\n' });
    expect(argvs(steps)).toEqual(['ssh-keygen -A']);
  });

  it('leaves a cluster’s own line to name the machine, and says which lines named the golden client', async () => {
    const { say, steps } = await planned(host, [], { ip: 'replicant' }, installedState(), {
      files: {
        '/a/etc/hostname': 'golden\n',
        '/a/etc/hosts': '127.0.0.1 golden localhost\n10.9.9.9 golden.x golden\n10.0.0.7 web1.x web1\n',
      },
    });
    expect(say).toMatch(/named the golden client, kept in a copy beside it:\n {2}10\.9\.9\.9 golden\.x golden$/);
    expect(steps).toContainEqual(
      expect.objectContaining({
        at: { root: '/a', path: '/etc/hosts' },
        content: '127.0.0.1 localhost\n10.0.0.7 web1.x web1\n',
        backup: true,
      }),
    );
  });

  it('takes the domain from HOSTNAME where DOMAINNAME is not given', async () => {
    const settings = { HOSTNAME: { value: 'www.example.net', from: 'DHCP' as const, detail: '' } };
    const { say } = await planned(host, [], { ip: 'replicant' }, installedState({ settings }));
    expect(say).toBe('This machine is www.example.net, with the network of the golden client.');
  });

  it.each([
    ['no name', { settings: {} }, 'dhcp', files, 'what this machine is called'],
    ['a static address without one', {}, 'static', files, 'needs IPADDR and NETMASK'],
    ['an image whose network nobody knows', {}, 'dhcp', {}, 'by none of netplan'],
  ])('refuses %s', async (_, more, ip, there, message) => {
    await expect(planned(host, [], { ip }, installedState(more), { files: there })).rejects.toThrow(message);
  });
});

it('fstab leaves the image’s other lines out and says so', async () => {
  const { say } = await planned(fstab, [], {}, installedState(), {
    files: { '/a/etc/fstab': '/dev/sdz1 /old ext2 ro 0 0\n' },
  });
  expect(say).toContain('/dev/sdz1 /old ext2 ro 0 0');
});

describe('run-parts', () => {
  it('runs those for this machine in order, inside the target', async () => {
    const names = [
      '50-host-web1-b',
      '50-all-a',
      '10-image-web_v1.sh',
      '20-host-web2-x',
      '30-image-web_v10',
      'README',
      '40-all~',
    ];
    const answer = () => list('drwxr-xr-x .', ...names.map((name) => `-rwxr-xr-x ${name}`));
    const { say, steps } = await planned(runParts, ['post-install'], {}, installedState(), { answer });
    expect(say).toBe(
      'post-install scripts for this machine: 10-image-web_v1.sh, 50-all-a, 50-host-web1-b. Left out for names that do not fit: README.',
    );
    expect(argvs(steps).slice(1)).toEqual(
      ['10-image-web_v1.sh', '50-all-a', '50-host-web1-b'].map((name) => `/root/.boel-post-install.d/${name}`),
    );
    expect(flat(steps).filter((step) => step.kind === 'run' && step.chroot === '/a')).toHaveLength(3);
  });

  it('does nothing where the server has no such folder', async () => {
    expect((await planned(runParts, ['pre-install'], {}, installedState(), { answer: () => none })).steps).toEqual([]);
  });
});

describe('finish', () => {
  const files = {
    '/run/boel/console.log': 'x',
    '/a/var/log/x': '',
    '/proc/swaps': 'Filename Type\n/dev/vda4 partition 1 0 -2\n/dev/zram0 partition 1 0 100\n',
  };

  it('keeps the log, then unmounts from the deepest up, and reboots last', async () => {
    const { steps } = await planned(finish, [], {}, installedState(), { files });
    expect(flat(steps).map((step) => step.why)[1]).toBe('Keep /run/boel/console.log on the target');
    expect(argvs(steps)).toEqual(['sync', 'swapoff /dev/vda4', 'umount /a/boot/efi', 'umount /a', 'sleep 2', 'reboot']);
  });

  it('writes down the image for updates', async () => {
    const { steps } = await planned(finish, [], {}, installedState(), { files });
    expect(flat(steps)).toContainEqual(
      expect.objectContaining({
        kind: 'write',
        at: { root: '/a', path: '/etc/systemimager/IMAGE_LAST_SYNCED_TO' },
        content: 'web_v1\n',
      }),
    );
  });

  it('has SELinux label what was written here', async () => {
    const guarded = {
      '/a/etc/selinux/config': 'SELINUX=enforcing\nSELINUXTYPE=targeted\n',
      '/a/etc/selinux/targeted/contexts/files/file_contexts': '',
    };
    const { say, steps } = await planned(finish, [], {}, installedState(), { files: { ...files, ...guarded } });
    expect(say).toContain('labels all files for SELinux and restarts the machine once more');
    expect(flat(steps)).toContainEqual(
      expect.objectContaining({ kind: 'write', at: { root: '/a', path: '/.autorelabel' } }),
    );
  });

  it('loads the kernel that grub would start, while it is still mounted', async () => {
    const grub = {
      '/a/boot/vmlinuz-6.1': '',
      '/a/boot/initrd.img-6.1': '',
      '/a/boot/grub/grub.cfg': '\tlinux\t/boot/vmlinuz-6.1 root=UUID=x ro quiet\n',
    };
    const { steps } = await planned(finish, ['kexec'], {}, installedState(), { files: { ...files, ...grub } });
    expect(argvs(steps)[0]).toBe(
      'kexec -l /a/boot/vmlinuz-6.1 --initrd=/a/boot/initrd.img-6.1 --command-line=root=UUID=x ro quiet',
    );
    expect(argvs(steps).at(-1)).toBe('kexec -e');
  });

  it.each([
    ['an entry', 'root=UUID=x ro $tuned_params', 'root=UUID=x ro'],
    [
      'the layout, where grub fills in what an entry says',
      '$kernelopts',
      'root=UUID=11111111-2222-4333-8444-555555555555 ro',
    ],
  ])('takes the command line of %s', async (_, options, expected) => {
    const entry = {
      '/a/boot/vmlinuz-5.14': '',
      '/a/boot/grub2/grub.cfg': 'blscfg\n',
      '/a/boot/loader/entries/x.conf': `linux /boot/vmlinuz-5.14\noptions ${options}\n`,
    };
    const { steps } = await planned(finish, ['kexec'], {}, installedState(), { files: { ...files, ...entry } });
    expect(argvs(steps)[0]).toBe(`kexec -l /a/boot/vmlinuz-5.14 --command-line=${expected}`);
  });

  it.each([
    ['poweroff', 'poweroff'],
    ['shell', 'umount /a'],
  ])('%s ends with %s', async (what, last) => {
    expect(argvs((await planned(finish, [what], {}, installedState(), { files })).steps).at(-1)).toBe(last);
  });
});
