import { type Group, groupsOf } from '../../common/model/groups.ts';
import { type HostsLine, namesOf, parseHosts } from '../../common/model/hosts.ts';
import { parseIpv4 } from '../../common/model/ipv4.ts';
import { parseMac } from '../../common/model/mac.ts';
import { hostPart } from '../../common/model/names.ts';
import type { SiteFolder } from '../../common/model/site-scripts.ts';
import { machineError, UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { imageMachine } from '../../install/boot/probe-start.ts';
import { withKnownGroups } from '../hosts/known-groups.ts';
import { readGroupsToml } from '../config/groups-toml.ts';
import type { ServerPaths } from '../config/paths.ts';
import { type ClientFacts, readClientFacts } from '../hosts/clients.ts';
import { readRecord } from '../config/json-file.ts';
import { captureFile, CaptureRecord } from '../images/capture-record.ts';
import { type Architecture, architectures, nodeNames } from '../../common/boot/architectures.ts';
import { findShim, type ShimFacts } from './shim.ts';
import { listImages } from '../images/modules.ts';
import { readScript, type ScriptFacts } from '../scripts/read-script.ts';

/** The machine that was asked for: a host, or a MAC that belongs to no host. */
export type Who = { host: string } | { mac: string };

/** All facts that matter for one machine. */
export type ExplainFacts = {
  who: Who;
  clients: ClientFacts;
  /** scripts/HOST.sh as the installer would read it, links followed; undefined if it is missing. */
  script: ScriptFacts | undefined;
  images: string[];
  captured: CaptureRecord | undefined;
  /** The signatures of the image's shim; undefined if the image has none. */
  shim: ShimFacts | undefined;
  groups: Group[];
  /** Names below overrides/ that are there, as image/web_v1. */
  overrides: ReadonlySet<string>;
  /** All names in scripts/pre-install.d and post-install.d. */
  siteScripts: Record<SiteFolder, string[]>;
  /** scripts/hosts. */
  served: HostsLine[];
  /** The architectures for which a kernel and an initrd of BOEL are there. */
  built: Architecture[];
  /** The architecture of the image's machines; undefined if the image does not tell, or BOEL is not built for such machines. */
  architecture: Architecture | undefined;
};

const nobody = (what: string) =>
  new UserError(
    `nothing is known of ${what} here`,
    'lsclients lists the known machines; addclients makes more machines known.',
  );

/** The machine that a name, a MAC or an address means. */
export function findWho(typed: string, clients: ClientFacts, served: readonly HostsLine[]): Who {
  const { known, installations, scripts } = clients;
  const newest = installations.toSorted((a, b) => (a.lastAt < b.lastAt ? 1 : -1));
  const mac = parseMac(typed);
  if (mac !== undefined) {
    const told = known.find((one) => one.mac === mac)?.host;
    const said = hostPart(newest.find((one) => one.mac === mac)?.host ?? '');
    // A machine may report any name, but a name that hosts.json gives to another card does not count.
    const host = told ?? (known.some((one) => one.host === said && one.mac !== undefined) ? undefined : said);
    return host === undefined ? { mac } : { host };
  }
  if (parseIpv4(typed) !== undefined) {
    const told = known.find((one) => one.ip === typed)?.host ?? hostPart(namesOf(served, typed)[0] ?? '');
    const host = told ?? hostPart(newest.find((one) => one.ip === typed)?.host ?? '');
    if (host === undefined) throw nobody(`the address ${typed}`);
    return { host };
  }
  const host = hostPart(typed);
  if (host === undefined)
    throw new UserError(
      `${JSON.stringify(typed)} is no host name, no MAC and no address`,
      'Name a machine as www7, 52:54:00:12:34:56 or 10.0.0.17.',
    );
  const isKnown = scripts.has(host) || newest.some((one) => hostPart(one.host ?? '') === host);
  if (!isKnown) throw nobody(host);
  return { host };
}

/** Reads a script; a script that cannot be read is a script with a problem. */
async function readHostsScript(io: Io, at: AbsPath): Promise<ScriptFacts | undefined> {
  try {
    const text = await io.readText(at);
    return text === undefined ? undefined : readScript(text);
  } catch (error) {
    const problem = error instanceof UserError ? error : machineError(error);
    if (!problem) throw error;
    return { images: [], verbs: [], siteFolders: [], problem };
  }
}

/** Reads all facts that matter for the machine that `typed` means. */
export async function readExplainFacts(io: Io, paths: ServerPaths, typed: string): Promise<ExplainFacts> {
  const clients = await readClientFacts(io, paths);
  const served = parseHosts((await io.readText(under(paths.scripts, 'hosts'))) ?? '');
  const who = findWho(typed, clients, served);
  const isThere = async (...names: string[]) => (await io.lstat(under(paths.boot, ...names))) !== undefined;
  const built: Architecture[] = [];
  for (const arch of architectures)
    if ((await isThere(arch, 'kernel')) && (await isThere(arch, 'initrd.img'))) built.push(arch);
  const siteNames = async (folder: SiteFolder) => (await io.list(under(paths.scripts, `${folder}.d`))) ?? [];
  const groups = withKnownGroups(await readGroupsToml(io, paths.groups), clients.known);
  const script = 'host' in who ? await readHostsScript(io, under(paths.scripts, `${who.host}.sh`)) : undefined;
  const image = script?.images[0];
  const machine =
    image === undefined ? undefined : await imageMachine(inside(io, under(paths.images, image))).catch(() => undefined);
  const wanted = [
    ...(script?.images ?? []).map((name) => `image/${name}`),
    ...('host' in who ? [...groupsOf(groups, who.host).map((name) => `group/${name}`), `host/${who.host}`] : []),
  ];
  const overrides = new Set<string>();
  for (const name of wanted) if (await io.lstat(under(paths.overrides, name))) overrides.add(name);
  return {
    who,
    clients,
    script,
    images: await listImages(io, paths),
    captured: image === undefined ? undefined : (await readRecord(io, captureFile(paths, image), CaptureRecord)).record,
    shim: image === undefined ? undefined : await findShim(io, under(paths.images, image)),
    groups,
    overrides,
    siteScripts: {
      'pre-install': await siteNames('pre-install'),
      'post-install': await siteNames('post-install'),
    },
    served,
    built,
    architecture: architectures.find((arch) => nodeNames[arch] === machine),
  };
}
