import type { CliContext } from '../../common/cli.ts';
import { counted } from '../../common/counted.ts';
import { apply } from '../../common/system/apply.ts';
import { messageOf } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { under } from '../../common/system/place.ts';
import { readHosts } from '../config/hosts-json.ts';
import { networkFilter } from '../config/networks.ts';
import { readGroups } from '../hosts/known-groups.ts';
import { listImages, sameNames } from '../images/modules.ts';
import { planGrubFiles } from '../netboot/grub-script.ts';
import { bootKnowledge } from '../netboot/knowledge.ts';
import { withFinished } from '../netboot/netboot.ts';
import type { FinishedMachines } from './finished-machines.ts';
import { dhcpHostsStep, groupsStep, grubTold, rsyncdConfStep } from './plan.ts';
import { planRotation } from './rotate-logs.ts';
import { rsyncGuard } from './rsync-guard.ts';
import type { ServeFacts } from './serve-facts.ts';
import type { Supervised } from './supervise.ts';

/** How often the folder of images, groups.toml and hosts.json are looked at. */
const lookMs = 1000;

type Say = (line: string) => void;
type Look = () => Promise<void>;

/** A look that acts if it finds something else than the last time. */
function watch<T>(before: T | undefined, find: () => Promise<T>, act: (now: T, before: T) => Promise<void>): Look {
  let [last, lastText] = [before, JSON.stringify(before)];
  return async () => {
    const now = await find();
    const text = JSON.stringify(now);
    if (text === lastText) return;
    await act(now, last ?? now);
    [last, lastText] = [now, text];
  };
}

/** Says which images are not served. */
function tellSameNames(images: readonly string[], say: Say): Set<string> {
  const same = sameNames(images);
  for (const { name, as } of same)
    say(`image ${name} is not served: rsync takes this name for ${as}. Rename one of the two images: mvimage`);
  return new Set(same.map((one) => one.name));
}

function watchImages(io: Io, facts: ServeFacts, say: Say): Look {
  tellSameNames(facts.images, say);
  const find = () => listImages(io, facts.paths);
  return watch(facts.images, find, async (images, before) => {
    // The rsync daemon reads its configuration at each connection (rsyncd.conf(5)).
    await apply([await rsyncdConfStep({ ...facts, images })], io);
    const left = tellSameNames(images, say);
    for (const name of images) if (!before.includes(name) && !left.has(name)) say(`image ${name} is served now`);
    for (const name of before) if (!images.includes(name)) say(`image ${name} is gone`);
  });
}

function watchGroups(io: Io, { paths, groups }: ServeFacts, say: Say): Look {
  const find = () => readGroups(io, paths);
  return watch(groups, find, async (now) => {
    await apply([groupsStep(paths, now)], io);
    say(`${now.length} groups of hosts are known now`);
  });
}

function watchHosts(io: Io, { paths, hosts }: ServeFacts, dnsmasq: Supervised | undefined, say: Say): Look {
  const find = () => readHosts(io, paths.hosts);
  return watch(hosts, find, async (now) => {
    if (!dnsmasq) return;
    await apply([dhcpHostsStep(paths, now)], io);
    dnsmasq.signal('SIGHUP');
    say(`${counted(now.length, 'machine is', 'machines are')} known now`);
  });
}

/** Writes grub's files when the lists change: iPXE asks the server at each boot, but grub cannot. */
async function watchGrub(io: Io, facts: ServeFacts, finished: FinishedMachines, say: Say): Promise<Look> {
  let told = await grubTold(facts);
  const knowledge = bootKnowledge(io, facts.paths, facts.config.unknown);
  const find = async () => {
    const known = await knowledge();
    return { ...known, netboot: withFinished(known.netboot, finished.unwritten(), known.hosts) };
  };
  return watch(undefined, find, async ({ unknown, ...known }) => {
    const toldNow = await grubTold({ ...facts, ...known, config: { ...facts.config, unknown } });
    await apply(planGrubFiles(facts.paths, told, toldNow), io);
    told = toldNow;
    if (known.broken !== undefined) say(`every machine starts its own disk: ${known.broken}`);
  });
}

function watchRsync(io: Io, { ports, config, networks }: ServeFacts, rsync: Supervised | undefined, say: Say): Look {
  const limits = {
    port: ports.rsync,
    most: config.rsync.max_connections_per_address,
    isAnswered: networkFilter(networks),
  };
  const guard = rsyncGuard(io, limits, say);
  return async () => {
    const pid = rsync?.pid();
    if (pid !== undefined) await guard(pid);
  };
}

/** The looks of a running server, in this order: grub's files first, because an invalid list must stop installations. */
export async function lookAround(
  io: Io,
  facts: ServeFacts,
  { running, finished }: { running: ReadonlyMap<string, Supervised>; finished: FinishedMachines },
  say: Say,
): Promise<Look[]> {
  const rotate = (name: string) => async () => apply(await planRotation(io, under(facts.paths.log, name)), io);
  return [
    ...((await grubTold(facts)).size > 0 ? [await watchGrub(io, facts, finished, say)] : []),
    watchRsync(io, facts, running.get('rsync'), say),
    () => finished.retry(),
    ...['serve.log', 'rsyncd.log', 'dnsmasq.log'].map(rotate),
    watchImages(io, facts, say),
    watchGroups(io, facts, say),
    watchHosts(io, facts, running.get('dnsmasq'), say),
  ];
}

/** A look whose problem is told only once, until it changes or is gone, and does not stop other looks. */
function tellingOnce(look: Look, say: Say): Look {
  let told = '';
  return async () => {
    try {
      await look();
      told = '';
    } catch (error) {
      const problem = messageOf(error);
      if (problem !== told) say(problem);
      told = problem;
    }
  };
}

/** Does all looks once a second until the signal. */
export async function follow({ io, signal }: Pick<CliContext, 'io' | 'signal'>, looks: readonly Look[], say: Say) {
  const telling = looks.map((look) => tellingOnce(look, say));
  while (!signal.aborted) {
    for (const look of telling) await look();
    await io.sleep(lookMs, signal).catch(() => {});
  }
}
