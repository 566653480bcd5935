import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CliContext } from '../common/cli.ts';
import { printSteps } from '../common/system/apply.ts';
import type { Io } from '../common/system/io.ts';
import { absPath } from '../common/system/place.ts';
import { realIo } from '../common/system/real-io.ts';
import { allCommands } from './commands.ts';
import { declaredCommands } from './declared.ts';
import { makeProgram } from './program.ts';

const commands = await allCommands();

/** What each command that can say what it would do is tried with, in a root that has all it asks for. */
const tried: Record<string, string[]> = {
  addclients: ['--client', 'www', '--host-range', '1-3', '--image', 'web_v1', '--ip-range', '10.0.0.1-10.0.0.9'],
  rmclients: ['db1'],
  lsimage: ['--size'],
  cpimage: ['web_v1', 'web_v2'],
  mvimage: ['web_v1', 'web_v2'],
  rmimage: ['--force', 'web_v1'],
  export: ['web_v1', 'FOLDER/web_v1.tar'],
  import: ['FOLDER/other.tar', '--image', 'other'],
  chroot: ['web_v1', '--', '/bin/true'],
  mkautoinstallscript: ['--image', 'web_v1', '--post-install', 'shell'],
  mkautoinstalldiskette: ['--out-file', 'FOLDER/floppy.img', '--server', '10.0.0.1'],
  mkautoinstallusb: ['--out-file', 'FOLDER/stick.img'],
  mkautoinstallcd: ['--out-file', 'FOLDER/boel.iso'],
  mkdhcpserver: ['--daemon', 'isc', '--network', '10.0.0.0/24', '--imageserver', '10.0.0.1'],
  mkdhcpstatic: ['--daemon', 'isc'],
  netboot: ['db1', '--install'],
  verify: ['web_v1', '--refresh'],
  run: ['db1', '--', 'uptime'],
};
/** These ask another machine, this machine's hardware or a network, or read a medium: tests of their own try them. */
const elsewhere = [
  'build boot',
  'build client',
  'build kernel',
  'mkbootserver',
  'prepareclient',
  'getimage',
  'inspect',
  'serve',
  'updateclient',
  'vm',
];

const mac = '52:54:00:00:00:01';
const files: Record<string, string> = {
  'etc/hosts': '127.0.0.1 localhost\n10.0.0.77 db1 # addclients\n',
  'etc/dhcp/dhcpd.conf': 'subnet 10.7.0.0 netmask 255.255.255.0 { range 10.7.0.10 10.7.0.20; }\n',
  'var/lib/dhcp/dhcpd.leases': `lease 10.7.0.11 {\n  ends never;\n  hardware ethernet ${mac};\n}\n`,
  'var/lib/systemimager/boot/amd64/kernel': 'kernel',
  'var/lib/systemimager/boot/amd64/initrd.img': 'initrd',
  'var/lib/systemimager/images/web_v1/bin/sh': 'sh',
  'var/lib/systemimager/images/web_v1/etc/hostname': 'web\n',
  'var/lib/systemimager/scripts/web_v1.master': '#!/bin/sh\nboel image web_v1\n',
  'var/lib/systemimager/scripts/hosts': '10.0.0.77 db1 # addclients\n',
  'var/lib/systemimager/hosts.json': `{"version": 1, "machines": [{"host": "db1", "mac": "${mac}", "image": "web_v1"}]}`,
};

let folder = '';
let root = '';

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dry-run-'));
  root = path.join(folder, 'root');
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  fs.symlinkSync('web_v1.master', path.join(root, 'var/lib/systemimager/scripts/db1.sh'));
  fs.writeFileSync(path.join(folder, 'other.tar'), tarOf('etc/hostname', 'other\n'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** A tar of one file: ustar(5), two blocks of zeros at the end. */
function tarOf(name: string, text: string): Buffer {
  const header = Buffer.alloc(512);
  const fields: [number, string][] = [
    [0, name],
    [100, '0000644\0'],
    [108, '0000000\0'],
    [116, '0000000\0'],
    [124, `${text.length.toString(8).padStart(11, '0')}\0`],
    [136, '00000000000\0'],
    [148, '        '],
    [156, '0'],
    [257, 'ustar\x0000'],
  ];
  for (const [at, field] of fields) header.write(field, at, 'latin1');
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, Buffer.from(text.padEnd(512, '\0')), Buffer.alloc(1024)]);
}

/** Every entry with all that can change of it. */
function snapshot(): string[] {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return ['.', ...names].map((name) => {
    const at = path.join(folder, name);
    const { mode, ino, mtimeMs, ctimeMs } = fs.lstatSync(at);
    const isFile = fs.lstatSync(at).isFile();
    return [
      name,
      mode,
      ino,
      mtimeMs,
      ctimeMs,
      isFile && createHash('sha256').update(fs.readFileSync(at)).digest('hex'),
    ].join();
  });
}

/** The command line, without starting any program: those that a dry run starts only ask. */
async function run(words: string[]) {
  const started: string[] = [];
  const shown: string[] = [];
  const io: Io = {
    ...realIo,
    run: async ({ argv }) => {
      started.push(argv[0]);
      return { argv, code: 0, timedOut: false, stdout: argv[0] === 'ip' ? '[]' : '', stderr: '' };
    },
  };
  const context: CliContext = {
    io,
    root: absPath(root),
    isTerminal: false,
    signal: new AbortController().signal,
    print: (line) => void shown.push(line),
    carryOut: async (steps, { dryRun }) => {
      expect(dryRun).toBe(true);
      shown.push(printSteps(steps));
    },
  };
  await makeProgram(commands, context).parseAsync(['--root', root, ...words], { from: 'user' });
  return { started, shown: shown.join('') };
}

it('knows how to try every command that has --dry-run', () => {
  const context = { io: realIo, root: absPath('/') } as CliContext;
  const have = declaredCommands(commands, context)
    .filter(({ command }) => command.options.some((one) => one.long === '--dry-run'))
    .map(({ cli }) => cli.name);
  expect(have.toSorted()).toEqual([...Object.keys(tried), ...elsewhere].toSorted());
});
it.for(Object.entries(tried))('%s --dry-run shows steps and changes nothing', async ([name, words], { skip }) => {
  skip(name === 'chroot' && process.getuid?.() !== 0, 'chroot is root’s');
  const before = snapshot();
  const typed = words.map((word) => word.replace('FOLDER', folder));
  const { started, shown } = await run([name, '--dry-run', ...typed]);
  process.exitCode = 0;
  expect(shown).toMatch(/^# |would make|MiB/m);
  expect(started.filter((program) => !['ip', 'getent'].includes(program))).toEqual([]);
  expect(snapshot()).toEqual(before);
});
