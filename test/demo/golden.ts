import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { clientDisk } from '../assets/client.ts';
import { goldenKernel, goldenUuids } from '../assets/golden.ts';
import { goldenDisk } from '../assets/golden-disk.ts';
import { startVm, type Vm } from '../boot/harness/vm.ts';
import { type Wire, wireNetwork } from '../boot/harness/wire.ts';
import { logIn, typeCommand } from '../boot/parts/log-in.ts';
import { buildBoel, image, makeTree, shown, systemimager } from './server.ts';
import type { Stopwatch } from './stopwatch.ts';

const ip = `${wireNetwork.base}9`;

/** Starts a golden client from its own disk, runs prepareclient on it, and takes its files as image demo_v1 with its script. */
export async function captureGolden(
  top: string,
  root: string,
  logs: string,
  wire: Wire,
  watch: Stopwatch,
): Promise<void> {
  await buildBoel(top, root, watch);
  const tree = await makeTree(watch);
  const dir = path.join(logs, 'golden');
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const disks = await watch.part('golden client', 'give it a disk, and a stick with prepareclient', async () => [
    await goldenDisk(dir, tree, '2G'),
    await clientDisk(dir),
  ]);
  const vm = await watch.part('golden client', 'it is switched on', async () => {
    const append = `root=UUID=${goldenUuids.root} ro console=ttyS0,115200`;
    const direct = { ...(await goldenKernel()), append };
    const started = await startVm({ name: 'golden', direct, disks, nics: [{ wire }] }, dir, dir);
    await logIn(started, 'golden');
    watch.say('golden', 'root is logged in');
    return started;
  });
  const password = await watch.part('prepareclient', `prepareclient --server ${wireNetwork.server}`, () =>
    prepare(vm, watch),
  );
  // The image of an earlier demo would only be brought up to date.
  await rm(path.join(root, 'var/lib/systemimager/images'), { recursive: true, force: true });
  await rm(path.join(root, 'var/lib/systemimager/scripts'), { recursive: true, force: true });
  const words = ['getimage', '-golden-client', ip, '-image', image];
  await watch.part('getimage', words.join(' '), () =>
    systemimager(top, root, words, shown(watch, 'getimage'), { wire, env: { SYSTEMIMAGER_PASSWORD: password } }),
  );
  await vm.kill();
  for (const disk of disks) await rm(disk);
}

/** Runs prepareclient there, shows what it says, and gives the password that it shows. */
async function prepare(vm: Vm, watch: Stopwatch): Promise<string> {
  await typeCommand(vm, 'card=$(ls /sys/class/net | grep -v lo) && ip link set $card up');
  await typeCommand(vm, `ip addr add ${ip}/${wireNetwork.prefix} dev $card && mount /dev/vdb /mnt`);
  const before = (await vm.lines()).length;
  await vm.send(`/mnt/systemimager-client/prepareclient --server ${wireNetwork.server}`);
  const { groups } = await vm.console(/Password: (?<password>\w+)/, { withinS: 180 });
  await vm.console('Now on the image server');
  for (const { text } of (await vm.lines()).slice(before + 1)) watch.say('golden', text.trim());
  return groups?.password ?? '';
}
