import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { apply, printSteps } from '../../common/system/apply.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { CliContext } from '../../common/cli.ts';
import { ipAddress, ipRoute, ipRouteGet } from '../../test/helpers/ip-json.ts';
import type { RecordedFile } from '../../test/helpers/recorder-io.ts';
import { runningMachine, sectors } from '../../test/helpers/running-machines.ts';
import { checkReinstall, undoReinstall } from './undo.ts';
import { installerWords } from './installer-words.ts';
import { orderReinstall, type OrderWish } from './order.ts';

const kernel = 'a kernel';
const initrd = 'an initrd!!';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

type Site = {
  sums?: string;
  freeBytes?: number;
  script?: boolean;
  mounts?: string[];
  files?: Record<string, RecordedFile>;
};

/** A machine with grub on a BIOS, and an image server. */
function machine({ sums = kernel, freeBytes = 10 ** 9, script = true, mounts = [], files = {} }: Site = {}) {
  const recorder = runningMachine({
    mounts,
    code: { '/dev/sda': sectors.grub },
    files: {
      '/usr/sbin/grub-install': '',
      '/usr/bin/grub-editenv': '',
      '/boot/grub/grub.cfg': 'menuentry Debian {\n}\nsource $prefix/custom.cfg\n',
      '/boot/grub/grubenv': '# GRUB Environment Block\n',
      '/proc/sys/kernel/hostname': 'web1\n',
      '/etc/resolv.conf': 'nameserver 10.0.0.1\n',
      ...files,
    },
    answer(argv) {
      if (argv[0] === 'ip') {
        if (argv[3] === 'address') return { stdout: ipAddress };
        return { stdout: argv[2] === '-4' ? ipRoute : ipRouteGet['10.0.0.2'] };
      }
      if (argv[0] === 'df') return { stdout: `Avail IAvail Inodes\n ${freeBytes} 1000 1000\n` };
      if (argv[0] === 'grub-editenv' || argv[0] === '/usr/bin/grub-editenv') {
        const env = recorder.text('/boot/grub/grubenv');
        if (argv[2] === 'list') return { stdout: env };
        if (argv[2] === 'set') recorder.files.set('/boot/grub/grubenv', `${env}${argv[3]}\n`);
        if (argv[2] === 'unset') recorder.files.set('/boot/grub/grubenv', env.replace(/^next_entry=.*\n/m, ''));
        return {};
      }
      if (argv[0] !== 'rsync') return undefined;
      if (argv.includes('--list-only'))
        return {
          stdout: `-rw-r--r--  ${kernel.length} 2026/11/28 00:00:00 kernel\n-rw-r--r--  ${initrd.length} 2026/11/28 00:00:00 initrd.img\n`,
        };
      const to = argv.at(-1) ?? '';
      if (argv.at(-2)?.includes('/scripts/')) {
        if (!script)
          return { code: 23, stderr: 'rsync: [sender] link_stat "/web1.sh" failed: No such file or directory (2)' };
        recorder.files.set(to, '#!/bin/sh\n');
        return {};
      }
      recorder.files.set(`${to}kernel`, kernel);
      recorder.files.set(`${to}initrd.img`, initrd);
      return {};
    },
  });
  const io = {
    ...recorder.io,
    http: async () => ({
      status: 200,
      contentType: '',
      body: `${sha256(sums)}  kernel\n${sha256(initrd)}  initrd.img\n`,
    }),
  };
  const said: string[] = [];
  const context: CliContext = {
    io,
    root: '/',
    isTerminal: false,
    signal: new AbortController().signal,
    print: (line) => void said.push(line),
    async carryOut(steps, { dryRun }) {
      if (dryRun) said.push(printSteps(steps));
      else await apply(steps, io);
    },
  };
  const state = () =>
    Object.fromEntries(
      [...recorder.files.keys()]
        .filter((at) => !at.startsWith('/run/'))
        .map((at) => [at, recorder.text(at as AbsPath)]),
    );
  return { context, said, state, ...recorder };
}

const wish: OrderWish = {
  server: '10.0.0.2',
  httpPort: 8181,
  rsyncPort: 873,
  card: 'eth0',
  image: undefined,
  loader: undefined,
  lasts: 'once',
  now: false,
  append: '',
  reboot: false,
  dryRun: false,
};

describe('an order', () => {
  it('brings files, settings and entry; --check finds them; --undo gives everything back', async () => {
    const one = machine({ files: { '/local.cfg': 'HOSTNAME=other\n' } });
    const before = one.state();
    await orderReinstall(one.context, wish);
    expect(one.text('/boot/systemimager/kernel.efi')).toBe(kernel);
    expect(one.text('/local.cfg')).toContain('IPADDR=10.0.0.11\n');
    expect(one.text('/boot/systemimager/settings.img')).toContain('IPADDR=10.0.0.11\n');
    expect(one.text('/boot/systemimager/settings.img')).toContain('{"way":"grub","fallsBack":true}');
    expect(one.text('/boot/grub/custom.cfg')).toContain('--id systemimager-reinstall');
    expect(one.text('/boot/grub/grubenv')).toContain('next_entry=systemimager-reinstall\n');
    expect(one.said).toContain('The installer starts once: if it fails, the next start is the old system.');
    await checkReinstall(one.context, false);
    expect(one.did.some((line) => line.startsWith('run sha256sum --check'))).toBe(true);
    await undoReinstall(one.context, false);
    expect(one.state()).toEqual(before);
  });
  it('changes nothing in a dry run, and shows each step', async () => {
    const one = machine();
    const before = one.state();
    await orderReinstall(one.context, { ...wish, dryRun: true });
    expect(one.state()).toEqual(before);
    expect(one.said.join('\n')).toContain('next_entry=systemimager-reinstall');
  });
  it.each([
    ['a kernel of another sum', { sums: 'other' }, 'kernel of the image server is not the file whose sum'],
    ['a full /boot', { freeBytes: 1000 }, '/ has 1 MiB free, and the installer needs 3 MiB'],
    ['no script', { script: false }, 'the image server has no scripts/web1.sh'],
    ['a read-only /boot', { mounts: ['2 1 8:2 / /boot ro - ext4 /dev/sda1 ro'] }, '/boot is mounted read-only'],
  ])('is refused, and changes nothing: %s', async (_, site, words) => {
    const one = machine(site);
    const before = one.state();
    await expect(orderReinstall(one.context, wish)).rejects.toThrow(words);
    expect(one.state()).toEqual(before);
  });
  it('by kexec is refused by a locked kernel', async () => {
    const one = machine({ files: { '/sys/kernel/security/lockdown': 'none [integrity] confidentiality\n' } });
    await expect(orderReinstall(one.context, { ...wish, now: true })).rejects.toThrow('the kernel is locked down');
  });
  it('by kexec joins both initrds, and starts at once', async () => {
    const one = machine({
      files: { '/proc/sys/kernel/kexec_load_disabled': '0\n', '/run/systemd/system': { dir: true } },
    });
    await orderReinstall(one.context, { ...wish, now: true });
    const folder = '/var/lib/systemimager/reinstall';
    expect(one.did.some((line) => line.startsWith(`run dd of=${folder}/.new/initrd.img oflag=append`))).toBe(true);
    expect(one.did.at(-1)).toBe('run systemctl kexec');
    expect(one.did.find((line) => line.startsWith('run kexec --load'))).toContain(
      `--initrd=${folder}/initrd.img --command-line=`,
    );
  });
});

it('keeps the consoles of the running system, and their speed', () => {
  const words = installerWords('root=/dev/sda1 console=tty0 console=ttyS0,9600 console=ttyS1,57600', 'ONFAIL=reboot');
  expect(words.slice(-5)).toEqual([
    'ONFAIL=reboot',
    'console=ttyS0,9600',
    'console=ttyS1,57600',
    'SKIP_LOCAL_CFG=y',
    'panic=60',
  ]);
  expect(words).not.toContain('console=ttyS0,115200');
  expect(installerWords('console=ttyS0', '')).toContain('console=ttyS0,115200');
});
