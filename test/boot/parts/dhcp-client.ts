import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Wire, wireInterface } from '../harness/wire.ts';

/** What a client says of itself. */
export type DhcpClient = {
  mac: string;
  /** Option 93, the kind of firmware: 4 digits. */
  firmware: string;
  /** Option 60. */
  vendorClass: string;
  /** udhcpc's -x: further options, as 0x4d:69505845. */
  options?: string[];
};

/** What udhcpc(8) hands to its script: a variable for each option; those it has no name for as opt224, in hex. */
export type DhcpAnswer = Record<string, string>;

let made = 0;

/** A card on the wire, and the bridge's end of its cable. */
async function plugIn(wire: Wire, mac?: string): Promise<string> {
  made += 1;
  const [card, port] = [`card${made}`, `port${made}`];
  const ip = (...words: string[]) => wire.run(['ip', 'link', ...words]);
  await ip('add', card, ...(mac === undefined ? [] : ['address', mac]), 'type', 'veth', 'peer', 'name', port);
  await ip('set', port, 'master', wireInterface, 'up');
  await ip('set', card, 'up');
  return card;
}

/** Plugs something in that says nothing: Kea listens only where it found a carrier when it started. */
export const giveCarrier = (wire: Wire): Promise<string> => plugIn(wire);

/** Asks the DHCP server on the wire as this client, with the busybox below `root`; nothing is configured with the answer. */
export async function askDhcp(wire: Wire, root: string, client: DhcpClient): Promise<DhcpAnswer> {
  const card = await plugIn(wire, client.mac);
  // Of its own: others ask at the same time.
  const script = `/tell-all-${card}`;
  await writeFile(path.join(root, script), '#!/bin/busybox sh\necho "event=$1"\nbusybox env\n');
  await chmod(path.join(root, script), 0o755);
  const asked = ['224', '60', '66', '67'].flatMap((option) => ['-O', option]);
  const said = [`0x5d:${client.firmware}`, ...(client.options ?? [])].flatMap((option) => ['-x', option]);
  const udhcpc = ['udhcpc', '-f', '-q', '-n', '-t', '10', '-T', '3', '-i', card, '-s', script];
  const words = [...udhcpc, '-V', client.vendorClass, ...asked, ...said];
  const stdout = await wire.run(['chroot', root, 'busybox', ...words]);
  await wire.run(['ip', 'link', 'del', card]);
  const bound = stdout.slice(stdout.lastIndexOf('event=bound'));
  return Object.fromEntries(
    bound.split('\n').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  );
}

/** The text of an option that udhcpc has no name for. */
export const textOf = (hex = ''): string => Buffer.from(hex, 'hex').toString();
