import type { CliContext } from '../../common/cli.ts';
import { counted } from '../../common/counted.ts';
import { networkFilter } from '../config/networks.ts';
import { readGroups } from '../hosts/known-groups.ts';
import { readHosts } from '../config/hosts-json.ts';
import { apply } from '../../common/system/apply.ts';
import { messageOf } from '../../common/system/errors.ts';
import { rootMonitor, startMonitor } from './monitor.ts';
import { planGrubFiles } from '../netboot/grub-script.ts';
import { type FinishedMachines, finishedMachines } from './finished-machines.ts';
import { bootKnowledge } from '../netboot/knowledge.ts';
import { withFinished } from '../netboot/netboot.ts';
import { under } from '../../common/system/place.ts';
import { checkPort, lockServer } from './once.ts';
import { dhcpHostsStep, groupsStep, grubTold, planServe, rsyncdConfStep } from './plan.ts';
import type { ServeFacts } from './serve-facts.ts';
import { planRotation } from './rotate-logs.ts';
import { rsyncGuard } from './rsync-guard.ts';
import { listImages, sameNames } from '../images/modules.ts';
import { type Supervised, supervise } from './supervise.ts';

/** So often the folder of images, groups.toml and hosts.json are looked at. */
const lookMs = 1000;

/** Serves until the signal of the context; then nothing of it is left running. */
export async function serve(context: CliContext, facts: ServeFacts, say: (line: string) => void): Promise<void> {
  const { io, signal } = context;
  const { paths, ports, web } = facts;
  await using ends = new AsyncDisposableStack();
  ends.use(await lockServer(io, context.root, paths));
  await checkPort(ports.rsync, 'rsync', '--rsync-port');
  await checkPort(ports.http, 'HTTP', '--http-port');

  const { steps, services } = await planServe(facts);
  await apply(steps, io, { signal });
  const owner = web.user ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const finished = finishedMachines(io, paths, say);
  ends.defer(await startMonitor(rootMonitor(io, paths, say, signal, finished), paths.monitor, owner));
  const running = new Map<string, Supervised>();
  for (const service of services) {
    signal.throwIfAborted();
    const supervised = await supervise(service, io, say);
    ends.defer(() => supervised.stop());
    running.set(service.name, supervised);
  }
  say(`ready: rsync on port ${ports.rsync}, HTTP on port ${ports.http}, ${counted(facts.images.length, 'image')}`);
  tellSameNames(facts.images, say);
  await follow(context, facts, { running, finished }, say);
  say('ending');
}

/** Says which images are not served. */
function tellSameNames(images: readonly string[], say: (line: string) => void): Set<string> {
  const same = sameNames(images);
  for (const { name, as } of same)
    say(`image ${name} is not served: rsync takes its name for ${as}. Rename one of them: mvimage`);
  return new Set(same.map((one) => one.name));
}

/** Looks for images that come and go, and for groups and machines that are made known, until the signal. */
async function follow(
  { io, signal }: CliContext,
  facts: ServeFacts,
  { running, finished }: { running: ReadonlyMap<string, Supervised>; finished: FinishedMachines },
  say: (line: string) => void,
): Promise<void> {
  let { images, hosts, groups } = facts;
  let told = await grubTold(facts);
  let lastKnown = '';
  const knowledge = bootKnowledge(io, facts.paths, facts.config.unknown);
  const guard = rsyncGuard(
    io,
    {
      port: facts.ports.rsync,
      most: facts.config.rsync.max_connections_per_address,
      isAnswered: networkFilter(facts.networks),
    },
    say,
  );
  const look = async () => {
    // iPXE asks, and grub has to be told; first of all where a list does not read, for then nothing is installed.
    if (facts.config.dhcp.secure_boot) {
      const { unknown, ...known } = await knowledge();
      known.netboot = withFinished(known.netboot, finished.unwritten(), known.hosts);
      if (JSON.stringify(known) !== lastKnown) {
        const toldNow = await grubTold({ ...facts, ...known, config: { ...facts.config, unknown } });
        await apply(planGrubFiles(facts.paths, told, toldNow), io);
        told = toldNow;
        lastKnown = JSON.stringify(known);
        if (known.broken !== undefined) say(`every machine starts its own disk: ${known.broken}`);
      }
    }
    const daemon = running.get('rsync')?.pid();
    if (daemon !== undefined) await guard(daemon);
    await finished.retry();
    for (const name of ['serve.log', 'rsyncd.log', 'dnsmasq.log'])
      await apply(await planRotation(io, under(facts.paths.log, name)), io);
    const imagesNow = await listImages(io, facts.paths);
    if (imagesNow.join() !== images.join()) {
      // rsyncd(1) reads its configuration at each connection.
      await apply([await rsyncdConfStep({ ...facts, images: imagesNow })], io);
      const left = tellSameNames(imagesNow, say);
      for (const name of imagesNow) if (!images.includes(name) && !left.has(name)) say(`image ${name} is served now`);
      for (const name of images) if (!imagesNow.includes(name)) say(`image ${name} is gone`);
      images = imagesNow;
    }
    const groupsNow = await readGroups(io, facts.paths);
    if (JSON.stringify(groupsNow) !== JSON.stringify(groups)) {
      await apply([groupsStep(facts.paths, groupsNow)], io);
      groups = groupsNow;
      say(`${groups.length} groups of hosts are known now`);
    }
    const hostsNow = await readHosts(io, facts.paths.hosts);
    if (JSON.stringify(hostsNow) !== JSON.stringify(hosts)) {
      hosts = hostsNow;
      const dnsmasq = running.get('dnsmasq');
      if (!dnsmasq) return;
      await apply([dhcpHostsStep(facts.paths, hosts)], io);
      dnsmasq.signal('SIGHUP');
      say(`${counted(hosts.length, 'machine is', 'machines are')} known now`);
    }
  };
  let lastProblem = '';
  while (!signal.aborted) {
    try {
      await look();
      lastProblem = '';
    } catch (error) {
      const problem = messageOf(error);
      if (problem !== lastProblem) say(problem);
      lastProblem = problem;
    }
    await io.sleep(lookMs, signal).catch(() => {});
  }
}
