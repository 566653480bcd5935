import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemimager } from '../assets/boel.ts';
import { clientDisk } from '../assets/client.ts';
import { goldenKernel } from '../assets/golden.ts';
import { tellingWrites } from '../assets/scripts.ts';
import { compareTrees } from '../compare/compare.ts';
import { listTree } from '../compare/list-on-host.ts';
import { listInLab } from '../lab/list-in-lab.ts';
import { type Row, type RowContext, row } from './harness/row.ts';
import type { Vm } from './harness/vm.ts';
import { wireNetwork } from './harness/wire.ts';
import { expectInstalled } from './parts/expect-installed.ts';
import { expectReachable } from './parts/expect-reachable.ts';
import { type GoldenClient, goldenClients } from './parts/golden-clients.ts';
import { logIn, typeCommand } from './parts/log-in.ts';
import { blank, makeSite, type Site, typed, typedFor, web1 } from './parts/site.ts';

const captured = 'shop_v1';
/** The clone. The golden client is web1, which was installed from another image. */
const web2 = { host: 'web2', ip: `${wireNetwork.base}12` };

const blankDisks = async (test: RowContext, { disks }: GoldenClient, size: string, name: string) =>
  Promise.all(Array.from({ length: disks ?? 1 }, (_, at) => blank(test, size, `${name}-${at + 1}`)));

/** Installs blank disks as this machine, and switches it off. */
async function install(test: RowContext, site: Site, one: GoldenClient, name: string, words: string, disks: string[]) {
  const { firmware = 'bios' } = one;
  const nics = [{ wire: site.wire }];
  const vm = await test.boot({ name, direct: await site.direct(words), firmware, disks, nics, noReboot: true });
  await vm.console('The machine switches itself off.', { withinS: 600 });
  await vm.off();
  return vm;
}

/** prepareclient, from a stick that has it unpacked; gives the password for one capture. */
async function prepare(vm: Vm, stickNode: string): Promise<string> {
  await typeCommand(vm, `mount ${stickNode} /mnt`);
  await vm.send(`/mnt/systemimager-client/prepareclient --server ${wireNetwork.server}`);
  const { groups } = await vm.console(/Password: (?<password>\w+)/, { withinS: 180 });
  await vm.console('Now on the image server');
  return groups?.password ?? '';
}

function getimage(site: Site, password: string): Promise<string> {
  const words = [
    '-golden-client',
    web1.ip,
    '-image',
    captured,
    '-ip-assignment',
    'static',
    '-post-install',
    'shutdown',
  ];
  const argv = systemimager('--root', site.root, 'getimage', ...words);
  return site.wire.run(['env', `SYSTEMIMAGER_PASSWORD=${password}`, ...argv], 900_000);
}

/** What a machine changes between its capture and the moment its plug is pulled, and what stays out of an image. */
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
  'swap.img',
  'home/swap.img',
];

function expectSame(what: string, before: Parameters<typeof compareTrees>[0], after: typeof before): void {
  const { differences } = compareTrees(
    before,
    after,
    changes.map((dir) => `${dir}/**`),
  );
  if (differences.length > 0) throw new Error(`${what}:\n${differences.slice(0, 30).join('\n')}`);
}

/** The clone has a machine-id(5) and ssh host keys, and none of its golden client's. */
async function expectOwnIdentity(clone: Vm, image: string): Promise<void> {
  const [id = ''] = (await readFile(path.join(image, 'etc/machine-id'), 'utf8')).split('\n');
  const [, key = ''] = (await readFile(path.join(image, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8')).split(' ');
  if (!/^[0-9a-f]{32}$/.test(id) || key === '') throw new Error(`the golden client has no identity: ${id}, ${key}`);
  await typeCommand(clone, `grep -qE '^[0-9a-f]{32}$' /etc/machine-id && ! grep -q ${id} /etc/machine-id`);
  await typeCommand(clone, `test -s /etc/ssh/ssh_host_ed25519_key.pub && ! grep -qF ${key} /etc/ssh/*_key.pub`);
}

async function story(test: RowContext, one: GoldenClient): Promise<void> {
  const site = await makeSite(test, { layout: one.layout, golden: one.tree, ip: 'static' });
  const images = path.join(site.root, 'var/lib/systemimager/images');
  const nics = [{ wire: site.wire }];
  const firmware = one.firmware ?? 'bios';
  const goldenDisks = await blankDisks(test, one, '3G', 'golden');
  await install(test, site, one, 'first', typed, goldenDisks);

  const stick = await clientDisk(test.scratch);
  const direct = { ...(await goldenKernel(one.tree)), append: `root=${one.root} ro console=ttyS0,115200` };
  const golden = await test.boot({ name: 'golden', direct, firmware, disks: [...goldenDisks, stick], nics });
  await logIn(golden, web1.host);
  if (one.justRight !== undefined) await typeCommand(golden, one.justRight, 600);
  const password = await prepare(golden, `/dev/vd${'abc'[goldenDisks.length]}`);
  const refused = await getimage(site, 'a wrong one').then(() => 'it was let in', String);
  if (!refused.includes('the password is wrong')) throw new Error(`with a wrong password: ${refused}`);
  await getimage(site, password);
  // The visit of getimage ends the daemon.
  await typeCommand(golden, 'while pidof rsync; do sleep 1; done', 60);
  // Written down and quiet, as a shutdown leaves it.
  await golden.send('sync; echo u > /proc/sysrq-trigger');
  await golden.console('Emergency Remount complete', { withinS: 60 });
  await golden.kill();
  const image = path.join(images, captured);
  const listed = await listTree(image);
  expectSame('the image is not its golden client', await listInLab(test, goldenDisks, one.mounts), listed);

  const add = ['-client', 'web', '-host-range', '2-2', '-image', captured, '-ip-range', `${web2.ip}-${web2.ip}`];
  await site.wire.run(systemimager('--root', site.root, 'addclients', ...add));
  const script = path.join(site.root, 'var/lib/systemimager/scripts', `${captured}.master`);
  await writeFile(script, tellingWrites(await readFile(script, 'utf8')));
  const disks = await blankDisks(test, one, '4G', 'clone');
  const vm = await install(test, site, one, 'clone', typedFor(web2), disks);
  await expectInstalled(vm, image, await listInLab(test, disks, one.mounts), ['boot/efi', 'boot/efi/**']);
  const clone = await test.boot({ name: 'installed', firmware, disks, nics });
  await logIn(clone, web2.host);
  await expectReachable(site.wire, web2.ip);
  await typeCommand(clone, one.expected);
  await expectOwnIdentity(clone, image);
  await clone.kill();
}

const golden = (one: GoldenClient): Row =>
  row({
    name: `golden client: ${one.name}: captured while it runs, and a blank machine becomes another like it`,
    covers: ['client/', 'server/getimage/', 'server/scripts/', 'server/hosts/', 'builder/client.ts', 'install/'],
    seconds: 400,
    run: (test) => story(test, one),
  });

export default goldenClients.map(golden);
