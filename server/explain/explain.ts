import { groupsOf } from '../../common/model/groups.ts';
import { chooseScripts, type Membership, type SiteFolder } from '../../common/model/site-scripts.ts';
import { type Client, clientOf } from '../hosts/clients.ts';
import type { CaptureRecord } from '../images/capture-record.ts';
import { type BootChoice, decideBoot } from '../netboot/netboot.ts';
import type { InstallationSummary } from '../reports/summary.ts';
import type { ExplainFacts } from './facts.ts';
import { type Problem, problemsOf } from './problems.ts';

/** What a machine is and what it will do, as `explain --json` prints it. */
export type Explanation = {
  host: string | null;
  domain: string | null;
  mac: string | null;
  /** Fixed by addclients. */
  ip: string | null;
  script: Client['script'] | null;
  /** The images that the script names. */
  images: { name: string; isThere: boolean; captured: CaptureRecord | null }[];
  groups: string[];
  /** In the order in which they are laid over the image: the later wins. */
  overrides: { name: string; isThere: boolean }[];
  /** The site's own scripts for this machine, in the order in which they run. */
  siteScripts: Record<SiteFolder, string[]>;
  netboot: { boot: BootChoice; why: string };
  installation: InstallationSummary | null;
  problems: Problem[];
};

/** Puts the facts of one machine together. */
export function explain(facts: ExplainFacts): Explanation {
  const { who, clients, groups, script, images, captured, overrides } = facts;
  if (!('host' in who)) return explainStranger(who.mac, facts);
  const client = clientOf(who.host, clients);
  const named = script?.images ?? [];
  const mine = groupsOf(groups, who.host);
  const layers = [...named.map((name) => `image/${name}`), ...mine.map((name) => `group/${name}`), `host/${who.host}`];
  const site = siteScriptsOf(facts, { image: named[0], groups: mine, host: who.host });
  return {
    host: who.host,
    domain: client.domain ?? null,
    mac: client.mac ?? null,
    ip: client.ip ?? null,
    script: client.script,
    images: named.map((name, at) => ({
      name,
      isThere: images.includes(name),
      captured: at === 0 ? (captured ?? null) : null,
    })),
    groups: mine,
    overrides: layers.map((name) => ({ name, isThere: overrides.has(name) })),
    siteScripts: site,
    netboot: client.boot,
    installation: client.installation ?? null,
    problems: problemsOf(client, facts, site),
  };
}

/** The site's scripts that are meant for this machine. */
function siteScriptsOf({ siteScripts }: ExplainFacts, who: Membership): Record<SiteFolder, string[]> {
  return {
    'pre-install': chooseScripts(siteScripts['pre-install'], who),
    'post-install': chooseScripts(siteScripts['post-install'], who),
  };
}

/** A MAC that belongs to no host. */
function explainStranger(mac: string, { clients }: ExplainFacts): Explanation {
  const { netboot, known, unknown, installations } = clients;
  const { boot, why } = decideBoot(mac, { netboot, hosts: known, unknown });
  const nothing = { host: null, domain: null, ip: null, script: null, images: [], groups: [], overrides: [] };
  const siteScripts = { 'pre-install': [], 'post-install': [] };
  return {
    ...nothing,
    mac,
    siteScripts,
    netboot: { boot, why },
    installation: installations.find((one) => one.mac === mac) ?? null,
    problems: [
      {
        problem: `no host has the MAC ${mac}: the installer looks for a host name by DHCP, scripts/hosts and reverse DNS`,
        hint: `Give the machine a name: addclients -client NAME -image IMAGE -mac-file FILE, with a line "NAME ${mac}" in the file.`,
      },
    ],
  };
}
