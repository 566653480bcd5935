import type { Settings } from '../../common/model/settings.ts';
import type { CardState, State } from '../../common/model/state.ts';
import { apply } from '../../common/system/apply.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { type Card, cardState, findCard, printCard, probeCards } from '../../machine/cards.ts';
import type { Watch } from './backoff.ts';
import { readBootPrompt } from './boot-prompt.ts';
import { configureCard, resolvConf } from './card-steps.ts';
import { decide, type Found } from './decide.ts';
import { askDhcp } from './dhcp.ts';
import { completeAddress, groupAddress } from './group-address.ts';
import { findGroups } from './groups.ts';
import type { Lease } from './lease.ts';
import { type Askable, identify, type Script, type WhoAmI } from './identity.ts';
import { readLocalCfgs } from './media.ts';
import { reverseDns, reversePatiently } from './reverse-dns.ts';
import { scriptText } from './script-text.ts';
import { imageSource } from '../../install/source/image-source.ts';
import { fetchFile } from './server.ts';
import { settleDevices } from './settle.ts';
import { configureStatic } from './static-card.ts';

/** What a machine knows of itself before it installs anything. */
export type Discovery = {
  settings: Settings;
  /** The card that found the image server. */
  card: CardState;
  cards: CardState[];
  firmware: State['firmware'];
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

  const prompt = readBootPrompt((await io.readText('/proc/cmdline')) ?? '');
  for (const note of prompt.notes) options.say(note);
  const local = [...prompt.found, ...(await readLocalCfgs(io, watch, prompt))];
  const network = await connect(io, local, prompt.bootif, watch);
  const { settings } = network;

  const source = imageSource(settings);
  options.say(`Image server ${source.server.host}, port ${source.server.rsyncPort}`);
  options.onServer?.(settings, network.card.mac);
  const who: WhoAmI = { settings, machine: printCard(network.card), ...network.host };
  const ask: Askable = {
    fetch: (name) => fetchFile(io, source, name, watch),
    reverse: (address) =>
      reversePatiently(io, watch, () => (options.reverse ?? reverseDns)(address, dnsServers(settings))),
  };
  const { found, script, tried } = await identify(who, ask);
  const named = decide([...network.found, ...found]).settings;
  const groups = await findGroups(named, ask);
  for (const line of tried) options.say(`  ${line}`);
  return {
    settings: completeAddress(decide([...network.found, ...found, ...groups]).settings, network.card.name),
    card: cardState(network.card),
    cards: (await probeCards(io)).filter((card) => card.isHardware || card.name === network.card.name).map(cardState),
    firmware: (await io.list('/sys/firmware/efi')) ? 'uefi' : 'bios',
    script,
    tried,
  };
}

/** Gets a script of the image server again, for `boel resume --fetch`. */
export async function fetchScript(io: Io, state: Pick<State, 'settings'>, name: string, watch: Watch): Promise<string> {
  const source = imageSource(state.settings);
  const { host } = source.server;
  const bytes = await fetchFile(io, source, name, watch);
  if (bytes) return scriptText(bytes, `scripts/${name} on ${host}`);
  throw new UserError(`scripts/${name} is no longer on ${host}`, 'Make the script anew with getimage or addclients.');
}

const dnsServers = (settings: Settings) => (settings.DNSSERVERS?.value ?? '').split(' ').filter(Boolean);

type Network = { card: Card; found: Found[]; settings: Settings; host: Pick<WhoAmI, 'dhcpHost'> };

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
