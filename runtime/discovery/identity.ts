import { firstLabel, hostPart } from '../../common/model/names.ts';
import { namesOf, parseHosts } from '../../common/model/hosts.ts';
import { checkSetting } from '../../common/model/setting-values.ts';
import type { Settings } from '../../common/model/settings.ts';
import { UserError } from '../../common/system/errors.ts';
import { textOf } from '../../common/system/text.ts';
import { type Found, printSource } from './decide.ts';
import { scriptText } from './script-text.ts';

export type Script = { name: string; text: string };
/** The machine's host name and its script, and all attempts on the way, in order. */
export type Identity = { found: Found[]; script: Script; tried: string[] };

/** The look-ups of `identify`; each look-up retries by itself. */
export type Askable = {
  /** A file below scripts/ on the image server, or undefined if there is none. */
  fetch(name: string): Promise<Uint8Array | undefined>;
  /** The names that DNS has for the machine's address, or why there are none. */
  reverse(address: string): Promise<{ names: string[] } | { reason: string }>;
};

export type WhoAmI = {
  settings: Settings;
  /** The host name in the DHCP answer, checked, with the place it came from. */
  dhcpHost?: { name: string; detail: string };
  /** This machine in words for a person: its card. */
  machine: string;
  /** Where scripts come from, for people: `image server 10.0.0.2`. */
  source: string;
  /** The images of a medium; its only image is taken if nothing names another. */
  images?: readonly string[] | undefined;
};

/**
 * Finds the script and the host name. SCRIPTNAME and IMAGENAME name a script directly. Otherwise the script is HOST.sh: HOST is
 * HOSTNAME if a local source has it, else the first name of DHCP, scripts/hosts and reverse DNS whose HOST.sh exists.
 */
export async function identify(who: WhoAmI, ask: Askable): Promise<Identity> {
  const { settings, source, images } = who;
  const tried: string[] = [];
  const get = async (name: string, because: string): Promise<Script | undefined> => {
    const bytes = await ask.fetch(name);
    tried.push(`${because}: scripts/${name} is ${bytes ? '' : 'not '}there`);
    return bytes && { name, text: scriptText(bytes, `scripts/${name} on ${source}`) };
  };
  const refuse = (what: string, hint: string) => {
    const list = tried.map((line) => `\n    ${line}`).join('');
    return new UserError(`${what} on ${source}. Tried:${list}`, hint);
  };

  const [only, ...others] = images ?? [];
  const onlyImage = async () =>
    only === undefined || others.length > 0 ? undefined : get(`${only}.master`, `${only} is the only image`);
  const choose = `Start again with one of ${(images ?? []).map((name) => `IMAGENAME=${name}`).join(', ')}.`;

  const direct = directNames(settings);
  let script: Script | undefined;
  for (const name of direct?.names ?? []) script ??= await get(name, direct?.because ?? '');
  if (direct && !script)
    throw refuse('the script is not', `Correct ${direct.because}, or make the script with getimage.`);

  const given = settings.HOSTNAME;
  if (given) {
    script ??= await get(`${given.value}.sh`, `HOSTNAME=${given.value} (${printSource(given)})`);
    script ??= await onlyImage();
    if (script) return { found: [], script, tried };
    throw refuse(
      `host ${given.value} has no script`,
      images ? choose : `On the image server, run: addclients -client ${given.value} -image NAME`,
    );
  }

  for await (const candidate of candidates(who, ask, tried)) {
    const because = `${printSource(candidate)} says ${candidate.values.HOSTNAME}`;
    const own = direct && candidate.from !== 'DHCP' ? script : await get(`${hostOf(candidate)}.sh`, because);
    if (own) return { found: [candidate], script: script ?? own, tried };
  }
  script ??= await onlyImage();
  if (script) return { found: images && !who.dhcpHost ? [namedAfter(script)] : dhcpFound(who), script, tried };
  if (images) throw refuse('no script for this machine', choose);
  throw refuse(
    `no script for this machine (${settings.IPADDR?.value ?? 'no address'}, ${who.machine})`,
    'On the image server, give the machine a name with addclients; or set HOSTNAME, SCRIPTNAME or IMAGENAME at the boot prompt or in local.cfg.',
  );
}

const hostOf = (found: Found) => firstLabel(found.values.HOSTNAME ?? '');

/** The script files that SCRIPTNAME or IMAGENAME mean, first choice first. */
export function directNames(settings: Settings): { names: string[]; because: string } | undefined {
  const [script, image] = [settings.SCRIPTNAME, settings.IMAGENAME];
  if (script) {
    const because = `SCRIPTNAME=${script.value} (${printSource(script)})`;
    const isFile = /\.(sh|master)$/.test(script.value);
    return { names: isFile ? [script.value] : [`${script.value}.master`, `${script.value}.sh`], because };
  }
  return image && { names: [`${image.value}.master`], because: `IMAGENAME=${image.value} (${printSource(image)})` };
}

/** A machine that has no network and no name is called as its script: its image, in letters that a host name may have. */
function namedAfter({ name }: Script): Found {
  const host = hostPart(
    name
      .replace(/\.(master|sh)$/, '')
      .replaceAll(/[^A-Za-z0-9]+/g, '-')
      .slice(0, 63)
      .replace(/-$/, ''),
  );
  return { from: 'default', detail: 'nothing names this machine', values: { HOSTNAME: host ?? 'localhost' } };
}

function dhcpFound({ dhcpHost }: WhoAmI): Found[] {
  return dhcpHost ? [{ from: 'DHCP', detail: dhcpHost.detail, values: { HOSTNAME: dhcpHost.name } }] : [];
}

/** The host names of all sources after the local ones; a source is asked only if the names before were of no use. */
async function* candidates(who: WhoAmI, ask: Askable, tried: string[]): AsyncGenerator<Found> {
  yield* dhcpFound(who);
  if (!who.dhcpHost && !who.images) tried.push('DHCP: no host name');
  const address = who.settings.IPADDR?.value;
  if (!address) return;

  const hosts = await ask.fetch('hosts');
  const listed = hostNames(hosts ? namesOf(parseHosts(textOf(hosts)), address) : []);
  for (const name of listed)
    yield { from: 'hosts file', detail: `scripts/hosts, ${address}`, values: { HOSTNAME: name } };
  if (listed.length === 0)
    tried.push(hosts ? `scripts/hosts: no host name for ${address}` : 'scripts/hosts: not there');

  const answer = await ask.reverse(address);
  // Name servers give several names in another order each time.
  const names = 'names' in answer ? hostNames(answer.names.toSorted()) : [];
  for (const name of names) yield { from: 'reverse DNS', detail: address, values: { HOSTNAME: name } };
  if (names.length === 0)
    tried.push(`reverse DNS of ${address}: ${'reason' in answer ? answer.reason : 'no host name in the answer'}`);
}

/** The most names of one address that are tried. */
const maxNames = 20;

/** The host names among these, each host once; a name with its domain wins over its bare alias, in any order. */
function hostNames(names: readonly string[]): string[] {
  const good = names.flatMap((name) => {
    const checked = checkSetting('HOSTNAME', name);
    return 'value' in checked ? [checked.value] : [];
  });
  const hosts = [...new Set(good.map((name) => firstLabel(name)))].slice(0, maxNames);
  return hosts.map((host) => good.find((name) => name.startsWith(`${host}.`)) ?? host);
}
