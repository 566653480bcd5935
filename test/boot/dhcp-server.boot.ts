import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Argv } from '../../common/system/io.ts';
import { absPath } from '../../common/system/place.ts';
import { neededIpxe } from '../../common/boot/firmware-files.ts';
import { ipxeFolder } from '../../server/serve/plan.ts';
import { systemimager } from '../assets/boel.ts';
import { dhcpServersRoot } from '../assets/dhcp-servers.ts';
import { layouts } from '../assets/scripts.ts';
import { run } from './harness/processes.ts';
import { serve } from './harness/serve.ts';
import { row, type RowContext } from './harness/row.ts';
import { type Wire, wireNetwork } from './harness/wire.ts';
import { setting } from './parts/identify.ts';
import { makeSite, web1 } from './parts/site.ts';
import { askDhcp, type DhcpClient, giveCarrier, textOf } from './parts/dhcp-client.ts';

const { server: imageServer } = wireNetwork;
const http = `http://${imageServer}:8181`;
const mac = (last: number) => `52:54:00:00:00:${last.toString(16).padStart(2, '0')}`;

/** A client as firmware and iPXE describe themselves, and the boot file that is for it. */
function client(kind: string, number: number, architecture: number, bootFile: string, options: string[] = []) {
  const who = bootFile.startsWith(`${http}/ipxe/`) ? 'HTTPClient' : 'PXEClient';
  const vendorClass = `${who}:Arch:${String(architecture).padStart(5, '0')}:UNDI:003016`;
  const firmware = architecture.toString(16).padStart(4, '0');
  return { kind, mac: mac(number), firmware, vendorClass, options, bootFile };
}

const clients: (DhcpClient & { kind: string; bootFile: string })[] = [
  client('BIOS', 1, 0, 'undionly.kpxe'),
  client('UEFI x64', 2, 7, 'snponly.efi'),
  client('UEFI x64, its other number', 3, 9, 'snponly.efi'),
  client('UEFI arm64', 4, 11, 'ipxe-arm64.efi'),
  client('UEFI x64 by HTTP', 5, 16, `${http}/ipxe/snponly.efi`),
  client('UEFI arm64 by HTTP', 6, 19, `${http}/ipxe/ipxe-arm64.efi`),
  client('iPXE by its user class', 7, 0, `${http}/boot.ipxe`, ['0x4d:69505845']),
  client('iPXE by its option 175', 8, 7, `${http}/boot.ipxe`, ['0xaf:b105018086100e']),
];

type Server = {
  daemon: string;
  /** In the foreground, in a root that is its own. */
  argv: Argv;
  configuration: string;
  /** Where its leases are, to take them away. */
  leases: string;
};

const servers: Record<string, Server> = {
  'ISC dhcpd': {
    daemon: 'isc',
    argv: ['dhcpd', '-4', '-f', '-d', '-cf', '/etc/dhcp/dhcpd.conf', 'br0'],
    configuration: 'etc/dhcp/dhcpd.conf',
    leases: 'var/lib/dhcp',
  },
  Kea: {
    daemon: 'kea',
    argv: ['kea-dhcp4', '-c', '/etc/kea/kea-dhcp4.conf'],
    configuration: 'etc/kea/kea-dhcp4.conf',
    leases: 'var/lib/kea',
  },
  dnsmasq: {
    daemon: 'dnsmasq',
    argv: [
      'dnsmasq',
      '--keep-in-foreground',
      '--log-facility=-',
      '--log-dhcp',
      // It would ping each address for 3 s before it lends it, and all clients ask at once here.
      '--no-ping',
      '--port=0',
      '--conf-file=/etc/dnsmasq.d/systemimager.conf',
      '--user=root',
    ],
    configuration: 'etc/dnsmasq.d/systemimager.conf',
    leases: 'var/lib/misc',
  },
};

/** Runs the server until `work` is done. */
async function whileServing<T>(
  test: RowContext,
  wire: Wire,
  root: string,
  server: Server,
  work: () => Promise<T>,
): Promise<T> {
  const logFile = absPath(path.join(test.logs, `${server.daemon}.log`));
  const child = await wire.start(['chroot', root, ...server.argv], { logFile });
  try {
    return await work();
  } finally {
    await child.stop();
  }
}

/** Beside this server, on the same machine, the image server offers what its answers name. */
async function expectBootFiles(test: RowContext, wire: Wire, root: string): Promise<void> {
  const served = await serve(wire, path.join(root, 'image-server'), { dhcp: 'none', logs: test.logs });
  for (const name of neededIpxe) {
    await wire.run(['chroot', root, 'busybox', 'tftp', '-g', '-r', name, '-l', `/tmp/${name}`, imageServer]);
    const byTftp = await readFile(path.join(root, 'tmp', name));
    assert.deepEqual(byTftp, await readFile(path.join(ipxeFolder, name)));
    await wire.run(['curl', '--fail', '--silent', '--output', path.join(root, 'tmp', name), `${http}/ipxe/${name}`]);
    assert.deepEqual(await readFile(path.join(root, 'tmp', name)), byTftp);
  }
  assert.match(await wire.run(['curl', '--fail', '--silent', `${http}/boot.ipxe`]), /^#!ipxe/);
  await served.stop();
}

async function story(test: RowContext, title: string, server: Server): Promise<void> {
  const wire = await test.wire();
  await giveCarrier(wire);
  const root = path.join(test.scratch, server.daemon);
  await run(['cp', '-a', '--reflink=auto', await dhcpServersRoot(), root]);
  const conf = path.join(root, server.configuration);
  const before = await readFile(conf, 'utf8').catch(() => '');
  const say = async (...words: string[]) => (await run(systemimager('--root', root, ...words))).stdout;

  const network = ['--network', '10.99.0.0/24', '--range', '10.99.0.100-10.99.0.119', '--imageserver', imageServer];
  const more = ['--router', '10.99.0.254', '--dns', '10.99.0.2,10.99.0.3', '--domainname', 'example.org'];
  const said = await say('mkdhcpserver', '--daemon', server.daemon, ...network, ...more, '--force');
  assert.match(said, new RegExp(`${title} accepts it`));
  const after = await readFile(conf, 'utf8');
  for (const line of before.split('\n').filter((one) => /^\s*(#|\/\/)/.test(one)))
    assert.ok(after.includes(line), line);
  const backup = (await readdir(path.dirname(conf))).filter((name) => name.endsWith('.~1~'));
  assert.equal(backup.length, before === '' ? 0 : 1);

  const first = await whileServing(test, wire, root, server, async () => {
    const answers = await Promise.all(clients.map((one) => askDhcp(wire, root, one)));
    for (const [at, { kind, bootFile, vendorClass }] of clients.entries()) {
      const got = answers[at] ?? {};
      // In the field of that name, or in option 67 (RFC 2132, 9.5).
      assert.equal(got.boot_file ?? got.bootfile, bootFile, `${kind}: ${JSON.stringify(got)}`);
      assert.equal(got.siaddr ?? imageServer, imageServer, kind);
      assert.equal(textOf(got.opt224), imageServer, kind);
      assert.equal(got.router, '10.99.0.254', kind);
      assert.equal(got.dns, '10.99.0.2 10.99.0.3', kind);
      assert.equal(got.domain, 'example.org', kind);
      if (vendorClass.startsWith('HTTPClient')) assert.equal(got.vendor, 'HTTPClient', kind);
    }
    await expectBootFiles(test, wire, root);
    return answers.map((one) => one.ip ?? '');
  });
  assert.equal(new Set(first).size, clients.length, `each has an address of its own: ${first.join(' ')}`);

  await writeFile(path.join(root, 'etc/hosts'), `${first[0]} www1.example.org www1\n`);
  assert.match(await say('mkdhcpstatic', '--restart').catch((error: unknown) => String(error)), /--restart means/);
  assert.match(await say('mkdhcpstatic'), new RegExp(`${title} accepts it[^]*${clients.length} machines`));
  const reserved = await readFile(conf, 'utf8');
  assert.match(await say('mkdhcpstatic'), /is up to date/);
  assert.match(await say('mkdhcpserver', '--daemon', server.daemon, ...network, ...more), /is up to date/);
  assert.equal(await readFile(conf, 'utf8'), reserved);

  // What the server knows of them now are the reservations alone.
  await rm(path.join(root, server.leases), { recursive: true });
  await mkdir(path.join(root, server.leases));
  if (server.daemon === 'isc') await writeFile(path.join(root, server.leases, 'dhcpd.leases'), '');
  await whileServing(test, wire, root, server, async () => {
    const stranger = await askDhcp(wire, root, { mac: mac(99), firmware: '0000', vendorClass: 'PXEClient' });
    assert.ok(!first.includes(stranger.ip ?? ''), `a stranger got ${stranger.ip}, which is another's`);
    for (const [at, one] of clients.entries()) {
      const again = await askDhcp(wire, root, one);
      assert.equal(again.ip, first[at], one.kind);
      if (at === 0) assert.equal(again.hostname, 'www1');
    }
  });
}

/** A virtual machine's own firmware on the same way: DHCP, TFTP, iPXE, HTTP, BOEL, and BOEL's own DHCP. */
async function firmwareStory(test: RowContext, server: Server): Promise<void> {
  const site = await makeSite(test, {
    layout: layouts.oneExt4,
    dhcp: 'none',
    server: { toml: 'append = "ACTION=identify"\n' },
  });
  await giveCarrier(site.wire);
  const root = path.join(test.scratch, server.daemon);
  await run(['cp', '-a', '--reflink=auto', await dhcpServersRoot(), root]);
  const say = async (...words: string[]) => run(systemimager('--root', root, ...words, '--daemon', server.daemon));
  await say('mkdhcpserver', '--network', '10.99.0.0/24', '--imageserver', imageServer, '--force');
  const { host, mac: card, ip } = web1;
  await mkdir(path.join(root, 'var/lib/systemimager'), { recursive: true });
  await writeFile(
    path.join(root, 'var/lib/systemimager/hosts.json'),
    JSON.stringify({ version: 1, machines: [{ host, mac: card, ip }] }),
  );
  await say('mkdhcpstatic');
  await whileServing(test, site.wire, root, server, async () => {
    const vm = await test.boot({ firmware: 'uefi', nics: [{ wire: site.wire }], memoryMb: 512, noReboot: true });
    await vm.console(`Station IP address is ${ip}`, { withinS: 120 });
    await vm.console(`Filename: ${http}/boot.ipxe`);
    await vm.console(setting('HOSTNAME', host, 'DHCP'), { withinS: 240 });
    await vm.off();
  });
}

export default [
  row({
    name: 'DHCP servers of others boot every kind of client, and lease addresses that become reservations',
    covers: ['server/dhcp/', 'server/commands/', 'templates/', 'test/assets/dhcp-servers.ts'],
    seconds: 40,
    cases: Object.keys(servers),
    async run(test) {
      for (const [title, server] of Object.entries(servers)) await test.case(title, () => story(test, title, server));
    },
  }),
  row({
    name: 'UEFI firmware comes by the answers of Kea into the boot environment',
    covers: ['server/dhcp/', 'server/serve/', 'templates/'],
    seconds: 100,
    run: (test) => firmwareStory(test, servers.Kea as Server),
  }),
];
