import assert from 'node:assert/strict';
import { chmod, chown, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { systemimager } from '../assets/boel.ts';
import { layouts } from '../assets/scripts.ts';
import { ConsoleReader, type Wanted } from './harness/console.ts';
import { patience } from './harness/patience.ts';
import type { Architecture } from '../../common/boot/architectures.ts';
import type { Child } from '../../common/system/io.ts';
import { realIo } from '../../common/system/real-io.ts';
import { absPath } from '../../common/system/place.ts';
import { quoteArgv } from '../../common/system/quote.ts';
import { row, type Row, type RowContext } from './harness/row.ts';
import { wireInterface } from './harness/wire.ts';
import { identified, setting } from './parts/identify.ts';
import { needsArm64 } from './parts/needs-arm64.ts';
import { makeSite, type Site, type SiteWish, web1 } from './parts/site.ts';

/** nobody of Debian's base-passwd. */
const nobody = 65_534;

const covers = ['vm/', 'server/netboot/', 'server/http/', 'templates/', 'common/boot/'];

/** A folder for the ordinary user, who cannot read this checkout everywhere: the row is then not run. */
async function userFolder(test: RowContext): Promise<string> {
  const folder = path.join(test.scratch, 'user');
  await mkdir(folder);
  await chown(folder, nobody, nobody);
  await chmod(folder, 0o700);
  const { code } = await realIo.run({ argv: asUser(['test', '-r', path.join(import.meta.dirname, 'vm.boot.ts')]) });
  if (code !== 0) test.skip('an ordinary user cannot read this checkout');
  return folder;
}

const asUser = (argv: readonly [string, ...string[]]): [string, ...string[]] => [
  'setpriv',
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  '--clear-groups',
  ...argv,
];

/** What waits for text in the log of a machine's console, and what ends the machine. */
function watch(child: Child, log: string, command: string) {
  let isOver = false;
  void child.exit.catch(() => {}).finally(() => (isOver = true));
  const reader = new ConsoleReader(log, 0);
  return {
    async console(wanted: Wanted, withinS: number) {
      if (await reader.waitFor(wanted, withinS * 1000 * patience, () => isOver)) return;
      throw new Error(`${String(wanted)} did not come; the end of ${log}\n${reader.tail(30)}\n${command}`);
    },
    end: () => child.stop(),
    /** Waits until the machine has switched itself off: the command ends well. */
    async over() {
      const { code, stdout } = await child.exit;
      if (code !== 0) throw new Error(`vm exited ${code}\n${stdout}\n${reader.tail(30)}`);
    },
  };
}

/** `systemimager vm` of the ordinary user, on a terminal; gives what waits for text on this terminal, and what ends the machine. */
async function startAsUser(test: RowContext, { wire, root }: Site, folder: string, name: string, words: string[]) {
  const command = quoteArgv(systemimager('--root', root, 'vm', web1.host, ...words));
  const log = path.join(test.logs, `console-${name}.log`);
  const env = { HOME: folder, TMPDIR: folder };
  // script(1) of Debian's bsdutils gives the command a terminal.
  const argv = asUser(['script', '--quiet', '--return', '--command', command, '/dev/null']);
  return watch(await wire.start(argv, { logFile: absPath(log), env }), log, command);
}

/** `systemimager vm` of root on the wire, without a terminal: the console of the machine goes to a file. */
async function startAsRoot(test: RowContext, { wire, root }: Site, name: string, words: string[]) {
  const log = path.join(test.logs, `console-${name}.log`);
  const argv = systemimager('--root', root, 'vm', web1.host, '--console', log, ...words);
  const logFile = absPath(path.join(test.logs, `vm-${name}.log`));
  return watch(await wire.start(argv, { logFile }), log, quoteArgv(argv));
}

/** The line before the login prompt, which itself ends no line: the log of the terminal holds whole lines. */
const login = `${web1.host} ttyS0`;

/** From nothing to the login prompt of the machine's own disk; and from this disk once more. */
async function expectOwnVm(test: RowContext, wish: SiteWish, words: string[]): Promise<void> {
  const folder = await userFolder(test);
  const site = await makeSite(test, { ip: 'dhcp', afterwards: 'reboot', ...wish });
  const disk = path.join(folder, 'web1.qcow2');
  const vm = await startAsUser(test, site, folder, 'install', ['--disk', `${disk}:2G`, ...words]);
  await vm.console('web1 installs itself: web1 has not been installed yet.', 60);
  await vm.console('The machine starts again, from its own disk.', 900);
  await vm.console(login, 300);
  await vm.end();
  const again = await startAsUser(test, site, folder, 'again', ['--disk', disk, '--medium', 'disk', ...words]);
  await again.console(login, 300);
  await again.end();
}

/** A machine that UEFI boots from the network, up to the table of who it is; before that, the console shows `lines`. */
async function expectOwnIdentity(test: RowContext, arch: Architecture, words: string[], lines: string[]) {
  const folder = await userFolder(test);
  const site = await makeSite(test, {
    arch,
    layout: layouts.oneExt4,
    server: { toml: 'append = "systemimager.ACTION=identify"\n' },
  });
  const machine = await startAsUser(test, site, folder, 'identity', ['--disk', '1G', ...words]);
  await machine.console('web1 boots the installer: web1 has not been installed yet.', 180);
  for (const line of [...lines, setting('HOSTNAME', web1.host, 'DHCP')]) await machine.console(line, 300);
  await machine.console(identified, 60);
  await machine.over();
}

/** How BOEL calls the first disk of each bus. */
const diskNames = { virtio: 'vda', sata: 'sda', scsi: 'sda', nvme: 'nvme0n1', usb: 'sda' } as const;
const disksOfAllKinds = Object.entries(diskNames).flatMap(([bus, name]) =>
  (bus === 'sata' ? ['512'] : ['512', '4096']).map((sector) => ({
    title: `vm with a disk on ${bus}, sectors of ${sector} bytes`,
    words: ['--bus', bus, '--sector', sector],
    name,
  })),
);

const vm = (name: string, run: Row['run']): Row => row({ name: `vm: ${name}`, covers, seconds: 180, run });

export default [
  vm('an ordinary user installs a machine by PXE, from nothing to login, and starts its disk again', (test) =>
    expectOwnVm(test, { layout: layouts.oneExt4 }, []),
  ),
  vm('UEFI with Secure Boot: the machine of an ordinary user says who it is', (test) =>
    expectOwnIdentity(test, 'amd64', ['--firmware', 'secure'], ['secureboot: Secure boot enabled']),
  ),
  vm('an arm64 machine of an ordinary user says who it is', async (test) => {
    await needsArm64(test);
    await expectOwnIdentity(test, 'arm64', ['--arch', 'arm64'], []);
  }),
  vm(
    'root puts a machine on the bridge of serve, with a screen by VNC, and the tap goes away with the machine',
    async (test) => {
      const site = await makeSite(test, {
        layout: layouts.oneExt4,
        dhcp: true,
        server: { toml: 'append = "ACTION=identify"\n' },
      });
      const words = ['--bridge', wireInterface, '--vnc', ':7', '--disk', '1G'];
      const machine = await startAsRoot(test, site, 'bridge', words);
      await machine.console('Asking DHCP', 240);
      // RFC 6143, 7.1.1: the server of the screen begins.
      const hello = await site.wire.run(['bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/5907; head -c 12 <&3']);
      assert.match(hello, /^RFB 003/);
      await machine.console(setting('IPADDR', web1.ip, 'DHCP'), 180);
      await machine.console('the lines above say who the machine is; nothing was installed', 60);
      await machine.over();
      assert.doesNotMatch(await site.wire.run(['ip', '-o', 'link']), /sivm/);
    },
  ),
  row({
    name: 'vm: BOEL finds a disk on every bus, with sectors of both sizes',
    covers: ['vm/'],
    seconds: 250,
    cases: disksOfAllKinds.map(({ title }) => title),
    async run(test) {
      // Debian's kernel for clouds drives no SATA.
      const golden = { network: 'networkd', kernel: 'full' } as const;
      const site = await makeSite(test, { layout: layouts.oneExt4, ip: 'dhcp', golden });
      for (const { title, words, name } of disksOfAllKinds)
        await test.case(title, async () => {
          const machine = await startAsRoot(test, site, words.join(''), ['--disk', '2G', ...words]);
          await machine.console(new RegExp(`/dev/${name} +2 GiB`), 240);
          await machine.end();
        });
    },
  }),
];
