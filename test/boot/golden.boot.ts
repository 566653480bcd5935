import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemimager } from '../assets/boel.ts';
import { clientArchive } from '../assets/client.ts';
import { goldenKernel, goldenTree, goldenUuids } from '../assets/golden.ts';
import { clientDisk, goldenDisk } from '../assets/golden-disk.ts';
import { layouts, tellingWrites } from '../assets/scripts.ts';
import { compareTrees } from '../compare/compare.ts';
import { listPartition, listTree } from '../compare/list-on-host.ts';
import { type RowContext, row } from './harness/row.ts';
import type { Vm } from './harness/vm.ts';
import { wireNetwork } from './harness/wire.ts';
import { expectInstalled } from './parts/expect-installed.ts';
import { expectReachable } from './parts/expect-reachable.ts';
import { blank, makeSite, type Site, typed, web1 } from './parts/site.ts';

const captured = 'shop_v1';
const goldenIp = `${wireNetwork.base}9`;

/** A running golden client: its disk, its own kernel, root logged in on the console; prepareclient is on /dev/vdb. */
async function startGolden(test: RowContext, site: Site): Promise<{ vm: Vm; disk: string }> {
  const disk = await goldenDisk(test.scratch, await goldenTree(), '2G');
  const stick = await clientDisk(test.scratch, await clientArchive());
  const direct = {
    ...(await goldenKernel()),
    append: `root=UUID=${goldenUuids.root} rw console=ttyS0,115200`,
  };
  const vm = await test.boot({ name: 'golden', direct, disks: [disk, stick], nics: [{ wire: site.wire }] });
  await vm.console('golden login:', { withinS: 300 });
  await vm.send('root');
  await vm.console('Password:');
  await vm.send('golden');
  await vm.console('~#', { withinS: 60 });
  const card = 'card=$(ls /sys/class/net | grep -v lo); ip link set $card up';
  await vm.send(`${card}; ip addr add ${goldenIp}/${wireNetwork.prefix} dev $card; mount /dev/vdb /mnt; echo rea""dy`);
  await vm.console('ready');
  return { vm, disk };
}

const getimage = (site: Site, password: string) => {
  const words = [
    '-golden-client',
    goldenIp,
    '-image',
    captured,
    '-ip-assignment',
    'static',
    '-post-install',
    'shutdown',
  ];
  const argv = systemimager('--root', site.root, 'getimage', ...words);
  return site.wire.run(['env', `SYSTEMIMAGER_PASSWORD=${password}`, ...argv], 900_000);
};

/** What a machine changes between the moment of the capture and the moment its plug is pulled, and what stays out. */
const changes = [
  'run',
  'dev',
  'proc',
  'sys',
  'tmp',
  'mnt',
  'boot/efi',
  'lost+found',
  'var/log',
  'var/tmp',
  'var/lib/systemd',
];

/** The image against the golden client's disk, whose files the machine has written down. */
async function expectCaptured(site: Site, disk: string): Promise<void> {
  const image = await listTree(path.join(site.root, 'var/lib/systemimager/images', captured));
  const golden = await listPartition({ disk, number: 3, type: 'ext4' });
  const { differences } = compareTrees(
    golden,
    image,
    changes.map((dir) => `${dir}/**`),
  );
  if (differences.length > 0)
    throw new Error(`the image is not its golden client:\n${differences.slice(0, 30).join('\n')}`);
}

export default row({
  name: 'golden client: a running machine is captured, and a blank one becomes another like it',
  covers: ['client/', 'server/getimage/', 'server/scripts/', 'server/hosts/', 'builder/client.ts'],
  seconds: 300,
  async run(test) {
    const site = await makeSite(test, {
      layout: layouts.oneExt4,
      server: { images: {}, scripts: {} },
    });
    const golden = await startGolden(test, site);
    await golden.vm.send(`/mnt/systemimager-client/prepareclient --server ${wireNetwork.server} --force`);
    const found = await golden.vm.console(/Password: (?<password>\w+)/, { withinS: 120 });
    await golden.vm.console('Now on the image server');

    const refused = await getimage(site, 'a wrong one').then(() => 'it was let in', String);
    if (!refused.includes('a wrong password')) throw new Error(`with a wrong password: ${refused}`);
    await getimage(site, found.groups?.password ?? '');
    // The visit of getimage ends the daemon.
    await golden.vm.send('while pidof rsync; do sleep 1; done; echo the daemon is gone');
    await golden.vm.console('\nthe daemon is gone', { withinS: 60 });
    // Written down and quiet, as a shutdown leaves it.
    await golden.vm.send('sync; echo u > /proc/sysrq-trigger');
    await golden.vm.console('Emergency Remount complete', { withinS: 60 });
    await golden.vm.kill();
    await expectCaptured(site, golden.disk);

    const add = ['-client', 'web', '-host-range', '1-1', '-image', captured, '-ip-range', `${web1.ip}-${web1.ip}`];
    await site.wire.run(systemimager('--root', site.root, 'addclients', ...add));
    const script = path.join(site.root, 'var/lib/systemimager/scripts', `${captured}.master`);
    await writeFile(script, tellingWrites(await readFile(script, 'utf8')));
    const disk = await blank(test, '3G');
    const nics = [{ wire: site.wire }];
    const vm = await test.boot({ direct: await site.direct(typed), disks: [disk], nics, noReboot: true });
    await vm.console('The machine switches itself off.', { withinS: 400 });
    await vm.off();
    const image = path.join(site.root, 'var/lib/systemimager/images', captured);
    await expectInstalled(vm, image, [{ disk, number: 3, type: 'ext4', dir: '' }]);
    const installed = await test.boot({ name: 'installed', disks: [disk], nics });
    await installed.console(`${web1.host} login:`, { withinS: 240 });
    await expectReachable(site.wire, web1.ip);
    await installed.kill();
  },
});
