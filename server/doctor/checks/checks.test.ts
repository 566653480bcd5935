import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Answer, RecordedFile } from '../../../test/helpers/recorder-io.ts';
import { recorderIo } from '../../../test/helpers/recorder-io.ts';
import { serverPaths } from '../../config/paths.ts';
import { parseServerConfig } from '../../config/server-toml.ts';
import { examine, printExamined } from '../examine.ts';
import { checks } from './index.ts';
import { judgeDhcp } from './other-dhcp.ts';
import { parseListeners } from './ports.ts';

const lib = '/var/lib/systemimager';
const serveLock = '/run/systemimager/locks/serve';
const layout = "boel layout <<'LAYOUT'\n[disk /dev/sda]\nlabel: gpt\n1 : type=linux\nLAYOUT\n";
const mac = '52:54:00:00:00:01';
const hosts = (...machines: object[]) => JSON.stringify({ version: 1, machines });

/** A server where all is well. */
const healthy: Record<string, RecordedFile> = {
  ...Object.fromEntries(['rsync', 'ip', 'ss', 'setpriv', 'dnsmasq'].map((name) => [`/usr/bin/${name}`, 'elf'])),
  '/usr/lib/ipxe/undionly.kpxe': 'x',
  '/usr/lib/ipxe/snponly.efi': 'x',
  [serveLock]: '77 4711\n',
  '/proc/77/stat': `77 (node) S ${'1 '.repeat(18)}4711 0`,
  '/proc/78/stat': '78 (rsync (x) y) S 77 78 78',
  '/proc/99/stat': '99 (nginx) S 1 99 99',
  [lib]: { dir: true },
  [`${lib}/images`]: { kind: 'dir', mode: 0o700 },
  [`${lib}/images/web_v1`]: { kind: 'dir' },
  [`${lib}/scripts/web_v1.master`]: `${layout}boel image web_v1\n`,
  [`${lib}/scripts/www1.sh`]: { link: 'web_v1.master' },
  [`${lib}/boot/amd64/kernel`]: 'k',
  [`${lib}/boot/amd64/initrd.img`]: 'i',
  [`${lib}/hosts.json`]: hosts({ host: 'www1', mac, ip: '10.0.0.11' }),
};
const listener = (protocol: string, port: number, pid: number) =>
  `${protocol} LISTEN 0 5 0.0.0.0:${port} 0.0.0.0:* users:(("nginx",pid=${pid},fd=4))\n`;
const df = (bytes: number, inodes: number, total = 1e6) => `Avail IAvail Inodes\n${bytes} ${inodes} ${total}\n`;
const answers: Record<string, Answer> = {
  ss: { stdout: listener('tcp', 873, 78) + listener('tcp', 8181, 77) },
  df: { stdout: df(50e9, 5e5) },
};

async function examined(files: Record<string, RecordedFile | undefined>, more: Record<string, Answer> = {}) {
  const all = Object.entries({ ...healthy, ...files }).filter(
    (pair): pair is [string, RecordedFile] => pair[1] !== undefined,
  );
  const { io, did } = recorderIo({
    files: Object.fromEntries(all),
    answer: ({ argv }) => ({ ...answers, ...more })[argv[0]],
    now: new Date('2026-06-01T00:00:00Z'),
  });
  const results = await examine(checks, {
    io,
    root: '/',
    paths: serverPaths('/'),
    config: parseServerConfig('', 'server.toml'),
  });
  expect(did.filter((line) => !/^run (ss|df) /.test(line))).toEqual([]);
  return results;
}
const found = async (...given: Parameters<typeof examined>) =>
  (await examined(...given)).flatMap(({ check, findings }) => findings.map((one) => ({ check, ...one })));

it('lists every file of this folder', () => {
  const files = readdirSync(import.meta.dirname).flatMap((name) => /^([a-z-]+)\.ts$/.exec(name)?.[1] ?? []);
  expect(checks.map((one) => one.name).toSorted()).toEqual(files.filter((name) => name !== 'index').toSorted());
});
it('finds nothing on a server where all is well, and changes nothing', async () => {
  const results = await examined({});
  expect(results.flatMap((one) => one.findings)).toEqual([]);
  expect(printExamined(results)).toContain('ok     layouts: the layouts in scripts/ read\n');
});

const broken: [string, Record<string, RecordedFile | undefined>, string, Record<string, Answer>?][] = [
  ['settings', { '/etc/systemimager/server.toml': 'ports = 1' }, 'server.toml: ports'],
  ['settings', { '/etc/systemimager/groups.toml': '[[' }, 'groups.toml is not TOML'],
  ['settings', { [`${lib}/hosts.json`]: '{' }, 'hosts.json is not JSON'],
  ['settings', { [`${lib}/netboot.json`]: '{}' }, 'netboot.json: version'],
  ['programs', { '/usr/bin/rsync': undefined }, 'rsync is missing'],
  ['programs', { '/usr/lib/ipxe/snponly.efi': undefined }, 'snponly.efi is missing, which serve --dhcp needs'],
  ['ports', {}, 'port 8181 for HTTP is taken by nginx (process 99)', { ss: { stdout: listener('tcp', 8181, 99) } }],
  ['ports', {}, 'port 67 for DHCP is taken by nginx', { ss: { stdout: listener('udp', 67, 99) } }],
  ['serving', { [serveLock]: '77 9999\n' }, 'no image server runs for /', { ss: { stdout: '' } }],
  [
    'clock',
    { [`${lib}/netboot.json`]: '{"version":1,"machines":{"a":{"boot":"local","at":"2027-01-01T00:00:00Z","why":""}}}' },
    'was written at 2027',
  ],
  ['free-space', {}, 'has 1 MiB free', { df: { stdout: df(1024 ** 2, 5e5) } }],
  ['free-space', {}, 'has room for 7 files', { df: { stdout: df(50e9, 7) } }],
  ['permissions', { [`${lib}/images`]: { kind: 'dir', mode: 0o755 } }, 'has mode 0755'],
  [
    'permissions',
    { [`${lib}/images`]: { link: '/srv/images' }, '/srv/images': { kind: 'dir', mode: 0o755 } },
    'has mode 0755',
  ],
  ['permissions', { [`${lib}/overrides`]: { kind: 'dir', mode: 0o777 } }, 'can be written by every user'],
  ['permissions', { [`${lib}/netboot.json`]: { kind: 'file', mode: 0o666 } }, 'can be written by every user'],
  ['boot-files', { [`${lib}/boot/amd64/initrd.img`]: undefined }, 'boot/amd64/initrd.img is missing'],
  [
    'boot-files',
    { [`${lib}/boot/amd64/initrd.img`]: undefined, [`${lib}/boot/amd64/kernel`]: undefined },
    'no kernel and no initrd',
  ],
  ['dangling-links', { [`${lib}/scripts/www2.sh`]: { link: 'gone.master' } }, 'www2.sh is a link to gone.master'],
  ['dangling-links', { [`${lib}/scripts/www2.sh`]: { link: 'www2.sh' } }, 'www2.sh is a link to www2.sh'],
  [
    'dangling-links',
    { [`${lib}/scripts/www2.sh`]: { link: 'folder' }, [`${lib}/scripts/folder`]: { dir: true } },
    'which is no file',
  ],
  [
    'layouts',
    { [`${lib}/scripts/web_v1.master`]: `${layout.replace('1 :', 'x y')}boel image web_v1\n` },
    'web_v1.master',
  ],
  ['script-images', { [`${lib}/scripts/own.sh`]: 'boel image web_v9\n' }, 'own.sh installs web_v9'],
  ['unused-images', { [`${lib}/images/db_v1`]: { kind: 'dir' } }, 'no script installs db_v1'],
  ['site-scripts', { [`${lib}/scripts/pre-install.d/raid.sh`]: 'x' }, 'no machine runs'],
  ['machines', { [`${lib}/scripts/www1.sh`]: undefined }, 'www1 has no script'],
  ['machines', { [`${lib}/hosts.json`]: hosts({ host: 'www1', mac }, { host: 'www1' }) }, 'the host www1 twice'],
  [
    'machines',
    {
      [`${lib}/hosts.json`]: hosts({ host: 'www1' }),
      [`${lib}/netboot.json`]:
        '{"version":1,"machines":{"www1":{"boot":"local","at":"2020-01-01T00:00:00Z","why":""}}}',
    },
    'netboot.json says local for www1, whose MAC is not known',
  ],
  ['old-trees', { [`${lib}/images/.web_v1.new`]: { kind: 'dir' } }, 'a capture of web_v1 that has not ended'],
  ['old-trees', { [`${lib}/images/.web_v1.own`]: { kind: 'dir' } }, 'a copy of web_v1 that has not ended'],
  ['old-trees', { [`${lib}/images/.web_v1.ready`]: { kind: 'dir' } }, 'a change of web_v1 that has not ended'],
  ['old-trees', { [`${lib}/images/.web_v1.old-20260101`]: { kind: 'dir' } }, 'an image that was replaced'],
  [
    'temporary-files',
    { [`${lib}/manifests/.systemimager-other-4194305-00.tmp`]: { kind: 'file', mtimeMs: 0 } },
    'was left by a command that was killed',
  ],
  ['temporary-files', { [`${lib}/hosts.json.4194305.tmp`]: { kind: 'file', mtimeMs: 0 } }, 'hosts.json.4194305.tmp'],
];
describe('each check finds what it is there for, and says what to do', () => {
  it.each(broken)('%s: %j', async (check, files, words, more) => {
    const findings = await found(files, more);
    expect(findings.map((one) => [one.check, one.what])).toEqual([[check, expect.stringContaining(words)]]);
    expect(findings.every((one) => one.hint.length > 0)).toBe(true);
  });
  it('has a case for each of them', () => {
    const tried = new Set([...broken.map(([check]) => check), 'other-dhcp']);
    expect(checks.map((one) => one.name).filter((name) => !tried.has(name))).toEqual([]);
  });
});

it.each([
  [undefined, false, []],
  ['10.0.0.1', false, []],
  ['10.0.0.7', false, ['wrong']],
  ['10.0.0.7', true, []],
  [undefined, true, ['note']],
])('a DHCP server at %s, proxy %s: %j', (server, isProxy, kinds) => {
  expect(judgeDhcp('eth1', server, ['10.0.0.1'], isProxy).map((one) => one.kind)).toEqual(kinds);
});
it('reads what ss prints, also without names', () => {
  expect(parseListeners('udp UNCONN 0 0 0.0.0.0%eth1:67 0.0.0.0:*\ntcp LISTEN 0 5 [::]:873 [::]:*\nx\n')).toEqual([
    { protocol: 'udp', port: 67 },
    { protocol: 'tcp', port: 873 },
  ]);
});
it('goes on where it may not look', async () => {
  const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  const check = { name: 'x', good: 'y', run: () => Promise.reject(denied) };
  const { io } = recorderIo({});
  const input = { io, root: '/', paths: serverPaths('/'), config: parseServerConfig('', '') } as const;
  expect(await examine([check], input)).toMatchObject([
    { findings: [{ kind: 'note', hint: 'Run the command as root.' }] },
  ]);
});
