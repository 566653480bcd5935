import { HostName, hostPart } from '../../common/model/names.ts';
import type { Io } from '../../common/system/io.ts';
import { under } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';
import { readServerConfig } from '../config/server-toml.ts';
import { type BootChoice, decideBoot, type Netboot, readableNetboot } from '../netboot/netboot.ts';
import { latestInstallations } from '../reports/store.ts';
import type { InstallationSummary } from '../reports/summary.ts';
import { type HostScript, imageOfLink, readHostScripts } from './host-script.ts';
import { type KnownHost, readableHosts } from '../config/hosts-json.ts';

/** What this server knows of its machines, file by file. */
export type ClientFacts = {
  paths: Pick<ServerPaths, 'scripts'>;
  known: KnownHost[];
  /** Of every host of hosts.json, of scripts/ and of netboot.json. */
  scripts: ReadonlyMap<string, HostScript>;
  netboot: Netboot;
  /** server.toml: what an unknown machine does. */
  unknown: BootChoice;
  /** The newest installation of each MAC. */
  installations: InstallationSummary[];
  /** The invalid parts of hosts.json and netboot.json. As long as there are any, every machine starts its own disk. */
  broken: string[];
};

/** One machine, all that is known of it together. */
export type Client = {
  host: string;
  domain?: string;
  /** The MAC of hosts.json; any machine could report that it is this host. */
  mac?: string;
  /** Fixed by addclients. */
  ip?: string;
  script: HostScript;
  /** The image that its link names; undefined for a script of its own. */
  image?: string;
  /** What the machine does at its next boot from the network. */
  boot: { boot: BootChoice; why: string };
  /** The last installation of its card; if no card is known, of the machine that last said that it is this host. */
  installation?: InstallationSummary;
  /** A later installation of another machine that says that it is this host. */
  claim?: InstallationSummary;
};

/** Reads what the server knows of its machines. */
export async function readClientFacts(io: Io, paths: ServerPaths): Promise<ClientFacts> {
  const { value: known, broken: brokenHosts } = await readableHosts(io, paths.hosts);
  const { value: netboot, broken: brokenNetboot } = await readableNetboot(io, paths.netboot);
  const files = (await io.list(paths.scripts)) ?? [];
  const hosts = new Set([
    ...known.map((one) => one.host),
    ...files.flatMap((name) => (name.endsWith('.sh') ? [name.slice(0, -'.sh'.length)] : [])),
    ...Object.keys(netboot.machines),
  ]);
  const names = [...hosts].filter((host) => HostName.safeParse(host).success);
  const scripts = await readHostScripts(io, paths, names);
  const broken = [...brokenHosts, ...brokenNetboot];
  const { unknown } = await readServerConfig(io, paths.config);
  const installations = await latestInstallations(io, paths.reports);
  return { paths, known, scripts, netboot, unknown, installations, broken };
}

/** The facts by machine, so that a list of ten thousand machines is made in a moment. */
function indexOf({ known, installations }: ClientFacts) {
  const oldestFirst = installations.toSorted((a, b) => compareText(a.lastAt, b.lastAt));
  // Of several with the same key the last one stays, which is the newest.
  return {
    entries: new Map(known.map((one) => [one.host, one])),
    cards: new Map(known.flatMap((one) => (one.mac === undefined ? [] : [[one.mac, one]]))),
    installationsOfCard: new Map(oldestFirst.map((one) => [one.mac, one])),
    installationsOfHost: new Map(oldestFirst.map((one) => [hostPart(one.host ?? ''), one])),
  };
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** One machine by its host name. */
export function clientOf(host: string, facts: ClientFacts, index = indexOf(facts)): Client {
  const { scripts, netboot, unknown } = facts;
  const entry = index.entries.get(host);
  const script = scripts.get(host) ?? { kind: 'absent', at: under(facts.paths.scripts, `${host}.sh`) };
  const image = script.kind === 'ours' ? imageOfLink(script.target) : undefined;
  const mac = entry?.mac;
  const byHost = index.installationsOfHost.get(host);
  // An installation of another host's card tells nothing about this host.
  const said = byHost && !index.cards.has(byHost.mac) ? byHost : undefined;
  const installation = mac === undefined ? said : index.installationsOfCard.get(mac);
  const isOther = mac !== undefined && byHost !== undefined && byHost.mac !== mac;
  const claim = isOther && byHost.lastAt > (installation?.lastAt ?? '') ? byHost : undefined;
  const card = mac ?? installation?.mac;
  const [broken] = facts.broken;
  const { boot, why } =
    broken !== undefined
      ? { boot: 'local' as const, why: broken }
      : card === undefined
        ? { boot: unknown, why: `the MAC is not known, and server.toml says unknown = "${unknown}"` }
        : decideBoot(card, { netboot, hosts: entry === undefined ? [] : [entry], unknown });
  return {
    host,
    domain: entry?.domain,
    mac,
    ip: entry?.ip,
    script,
    image,
    boot: { boot, why },
    installation,
    claim,
  };
}

const { compare } = new Intl.Collator('en', { numeric: true });

/** Every machine, www2 before www10. */
export function allClients(facts: ClientFacts): Client[] {
  const index = indexOf(facts);
  return [...facts.scripts.keys()].toSorted(compare).map((host) => clientOf(host, facts, index));
}
