import type { Settings } from '../../common/model/settings.ts';
import type { CardState, State } from '../../common/model/state.ts';
import { apply } from '../../common/system/apply.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { type SecureBoot, secureBootWords } from '../../common/model/secure-boot.ts';
import { probeSecureBoot } from '../../machine/secure-boot.ts';
import { type Card, cardState, findCard, printCard, probeCards } from '../../machine/cards.ts';
import type { Watch } from './backoff.ts';
import { readBootPrompt } from './boot-prompt.ts';
import { bootCardSeconds, chooseCards } from './choose-card.ts';
import { forgetEntry } from './carried-entry.ts';
import { configureCard, resolvConf } from './card-steps.ts';
import { decide, type Found } from './decide.ts';
import { askDhcp } from './dhcp.ts';
import { completeAddress, groupAddress } from './group-address.ts';
import { findGroups } from './groups.ts';
import type { Lease } from './lease.ts';
import { type Askable, identify, type Script, type WhoAmI } from './identity.ts';
import { readLocalCfgs } from './media.ts';
import { mountMedium } from './medium.ts';
import { isDone, waitForRemoval, watchOnce } from './once.ts';
import { reverseDns, reversePatiently } from './reverse-dns.ts';
import { scriptText } from './script-text.ts';
import { openSource } from '../../install/source/image-source.ts';
import { isFromMedium } from '../../install/transports/index.ts';
import { fetchFile } from './server.ts';
import { settleDevices } from './settle.ts';
import { configureStatic } from './static-card.ts';

/** What a machine knows of itself before it installs anything. */
export type Discovery = {
  settings: Settings;
  /** The card that found the image server, or the card that an installation without a network configures. */
  card?: CardState;
  cards: CardState[];
  firmware: State['firmware'];
  /** Undefined on BIOS. */
  secureBoot: SecureBoot | undefined;
  /** The CD or stick that started BOEL. */
  medium: string | undefined;
  script: Script;
  /** Where a script was looked for, in order. */
  tried: string[];
};

export type DiscoverOptions = {
  signal?: AbortSignal;
  /** Shows one line to a person at the machine. */
  say: (line: string) => void;
  /** Called as soon as an image server is known, with the MAC of the card that leads there. */
  onServer?: (settings: Settings, mac: string) => void;
  /** Asks DNS for the names of an address; a test gives the names itself. */
  reverse?: typeof reverseDns;
};

/**
 * Finds out who this machine is: drivers, local sources, the network, the host name and the script. Waits for the network
 * without a limit; a problem that a person must mend is a UserError. Writes to no disk.
 */
export async function discover(io: Io, options: DiscoverOptions): Promise<Discovery> {
  const watch: Watch = { signal: options.signal, say: options.say };
  options.say('Loading drivers');
  await settleDevices(io, watch);
  await forgetEntry(io, watch);

  const prompt = readBootPrompt((await io.readText('/proc/cmdline')) ?? '');
  for (const note of prompt.notes) options.say(note);
  const { once, visit } = watchOnce(io, prompt.found);
  const local = [...prompt.found, ...(await readLocalCfgs(io, watch, { ...prompt, visit }))];
  const first = decide(local).settings;
  if (isDone(first, once)) await waitForRemoval(io, once, watch);
  const needed = neededParts(first);
  if (needed.medium !== undefined) options.say(`Medium with images: ${await mountMedium(io, needed.medium, watch)}`);
  const network = await (needed.network ? connect : stayOffline)(io, local, prompt.bootif, watch);
  const { settings, card } = network;

  const source = await openSource(io, settings);
  options.say(`Images come from ${source.name}${source.images ? `: ${source.images.join(', ')}` : ''}`);
  if (card && settings.IMAGESERVER) options.onServer?.(settings, card.mac);
  const machine = card ? printCard(card) : 'no network card';
  const who: WhoAmI = { settings, machine, source: source.name, images: source.images, ...network.host };
  const ask: Askable = {
    fetch: (name) => fetchFile(io, source, name, watch, settings),
    reverse: async (address) =>
      needed.network
        ? reversePatiently(io, watch, () => (options.reverse ?? reverseDns)(address, dnsServers(settings)))
        : { reason: 'no network is used' },
  };
  const { found, script, tried } = await identify(who, ask);
  const named = decide([...network.found, ...found]).settings;
  const groups = await findGroups(named, ask);
  for (const line of tried) options.say(`  ${line}`);
  const all = decide([...network.found, ...found, ...groups]).settings;
  const secureBoot = await probeSecureBoot(io);
  if (secureBoot) options.say(`Secure Boot is ${secureBootWords(secureBoot)}`);
  return {
    settings: card ? completeAddress(all, card.name) : all,
    card: card && cardState(card),
    cards: (await probeCards(io)).filter((one) => one.isHardware || one.name === card?.name).map(cardState),
    firmware: (await io.list('/sys/firmware/efi')) ? 'uefi' : 'bios',
    secureBoot,
    medium: once.medium,
    script,
    tried,
  };
}

/**
 * Which parts an installation needs. The network is not waited for when nobody named a server:
 *
 *     MEDIUM   IMAGESERVER      scripts, images   network    reports
 *     no       any              server            waited for to the server
 *     yes      no               medium            not used   none
 *     yes      yes              medium            waited for to the server
 *
 * TRANSPORT=rsync takes scripts and images from the server although there is a medium. Only the settings of the boot prompt, of
 * local.cfg and of the boot menu count here, since DHCP is the network already.
 */
export function neededParts(local: Settings): { medium?: string | undefined; network: boolean } {
  if (!isFromMedium(local)) return { network: true };
  return { medium: local.MEDIUM?.value, network: Boolean(local.IMAGESERVER?.value) };
}

/** Gets a script of the image server again, for `boel resume --fetch`. */
export async function fetchScript(io: Io, state: Pick<State, 'settings'>, name: string, watch: Watch): Promise<string> {
  const source = await openSource(io, state.settings);
  const bytes = await fetchFile(io, source, name, watch);
  if (bytes) return scriptText(bytes, `scripts/${name} on ${source.name}`);
  throw new UserError(
    `scripts/${name} is no longer on ${source.name}`,
    'Make the script anew with getimage or addclients.',
  );
}

const dnsServers = (settings: Settings) => (settings.DNSSERVERS?.value ?? '').split(' ').filter(Boolean);

type Network = { card?: Card | undefined; found: Found[]; settings: Settings; host: Pick<WhoAmI, 'dhcpHost'> };

/** No network: the card is only chosen, for the configuration of the installed system. */
async function stayOffline(io: Io, local: Found[], bootif: string | undefined, { say }: Watch): Promise<Network> {
  const { settings, notes } = decide(local);
  for (const note of notes) say(note);
  const [card] = chooseCards(await probeCards(io), { device: settings.DEVICE?.value, bootif }, bootCardSeconds);
  return { card, found: local, settings, host: {} };
}

/** Brings up the network: by the settings of the local sources if one of these has IPADDR, else by DHCP. */
async function connect(io: Io, local: Found[], bootif: string | undefined, watch: Watch): Promise<Network> {
  const { settings, notes } = decide(local);
  for (const note of notes) watch.say(note);
  const wish = { device: settings.DEVICE?.value, bootif };
  const useNames = (known: Settings) => apply(resolvConf(dnsServers(known), known.DOMAINNAME?.value), io);
  if (settings.IPADDR) {
    // Of several cards, the card counts through which the image server answers; the settings may give that server by name.
    await useNames(settings);
    const card = await configureStatic(io, settings, wish, watch);
    return { card, found: local, settings, host: {} };
  }
  const isEnough = (one: Lease) => settings.IMAGESERVER !== undefined || one.namesServer;
  const lease = await askDhcp(io, wish, watch, isEnough);
  for (const note of lease.notes) watch.say(note);
  const found = [...local, lease.found];
  const decided = decide(found).settings;
  const { signal, say } = watch;
  await apply(configureCard(lease.card, groupAddress(decided), lease), io, {
    signal,
    onEvent: (event) => event.kind === 'note' && say(event.text),
  });
  await useNames(decided);
  watch.say(`DHCP answer on ${lease.found.detail}: ${decided.IPADDR?.value ?? ''}`);
  const card = findCard(await probeCards(io), lease.card);
  if (!card) throw new Error(`the card ${lease.card} is gone`);
  const host = lease.host ? { dhcpHost: { name: lease.host, detail: lease.found.detail } } : {};
  return { card, found, settings: decided, host };
}
