import type { Inside } from '../../common/system/inside.ts';
import type { FileFacts } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Golden } from './shared/golden.ts';

/** Keys by which a VPN knows one machine. New keys cannot be made here, because the other members must learn them. */
const keys: [AbsPath, RegExp][] = [
  ['/etc/wireguard', /\.conf$|key/],
  ['/etc/openvpn', /\.(conf|key|ovpn)$/],
  ['/etc/openvpn/client', /\.(conf|key|ovpn)$/],
  ['/etc/openvpn/server', /\.(conf|key)$/],
  ['/etc/ipsec.d/private', /./],
  ['/etc/swanctl/private', /./],
  ['/etc/nebula', /\.key$/],
  ['/var/lib/zerotier-one', /^identity\.secret$/],
  ['/var/lib/tailscale', /\.state$/],
];
/** Profiles of VPNs. */
const profiles: [AbsPath, RegExp][] = [
  ['/etc/NetworkManager/system-connections', /^type=(wireguard|vpn)$/m],
  ['/etc/systemd/network', /^PrivateKey=/m],
];

/** ip-address(8), ip-route(8), ifconfig(8), route(8), nmcli(1) and `ip address` of FRR, with a fixed address. */
const command =
  /\b(ip\s+(-\S+\s+)*(a|r|addr\w*|ro\w*)\s+(ad?|add|append|replace|change)|ip\s+address(?=\s+\d)|ifconfig\s+\S+|route\s+add|nmcli\s+con\w*\s+(add|mod\w*))\s/;
const ownAddress = /(?!127\.|0\.|255\.)\b\d+\.\d+\.\d+\.\d+/;

/** True for a line that runs such a command, with an address after that. */
function isCall(line: string): boolean {
  const said = line.split('#', 1)[0] ?? '';
  const at = said.search(command);
  return at >= 0 && ownAddress.test(said.slice(at));
}

/** The largest file of settings; a larger file is a table or a program. */
const mostBytes = 64 * 1024;

/** Remarks for people on the image's network: files that stay and that make a copy look like the golden client. */
export async function networkRemarks(tree: Inside, goldens: readonly Golden[]): Promise<string[]> {
  const secret: AbsPath[] = [];
  for (const [folder, names] of keys)
    for (const name of (await tree.list(folder)) ?? []) if (names.test(name)) secret.push(under(folder, name));
  for (const [folder, pattern] of profiles)
    for (const name of (await tree.list(folder)) ?? []) {
      const path = under(folder, name);
      if (pattern.test(await settings(tree, path, await tree.lstat(path)))) secret.push(path);
    }
  const addresses = addressesOf(goldens);
  const taken = new Map(goldens.map((one) => [one.path, one.left ?? '']));
  const calls: AbsPath[] = [];
  const mentions: AbsPath[] = [];
  await walk(tree, '/etc', async (path, facts) => {
    const text = taken.get(path) ?? (await settings(tree, path, facts));
    if (text.split('\n').some(isCall)) calls.push(path);
    else if (addresses.some((one) => mentioned(text, one))) mentions.push(path);
  });
  return [
    ...say(
      'Keys of the golden client that other members of a network know it by; give this machine keys of its own:',
      secret,
    ),
    ...say('Commands with addresses of their own; look whether the addresses are the golden client’s:', calls),
    ...say(`The golden client’s address (${addresses.join(', ')}) is still in:`, mentions),
  ];
}

const say = (head: string, paths: readonly string[]) =>
  paths.length > 0 ? [head, ...paths.map((path) => `  ${path}`)] : [];

const mentioned = (text: string, address: string) =>
  text.includes(address) && new RegExp(`(?<![\\d.])${address.replaceAll('.', '\\.')}(?![\\d.])`).test(text);

/** '' for everything but a file of settings. */
async function settings(tree: Inside, path: AbsPath, facts: FileFacts | undefined): Promise<string> {
  return facts?.kind === 'file' && facts.sizeBytes <= mostBytes ? ((await tree.readText(path)) ?? '') : '';
}

/** Every file below a folder; links are not followed. */
async function walk(
  tree: Inside,
  folder: AbsPath,
  each: (path: AbsPath, facts: FileFacts) => Promise<void>,
): Promise<void> {
  for (const name of (await tree.list(folder)) ?? []) {
    const path = under(folder, name);
    const facts = await tree.lstat(path);
    if (facts?.kind === 'dir') await walk(tree, path, each);
    if (facts?.kind === 'file') await each(path, facts);
  }
}

/** Addresses that the golden client's files gave to its cards: in lines with a word for an address, but no networks (….0/24). */
function addressesOf(goldens: readonly Golden[]): string[] {
  const found = goldens.flatMap(({ text, left = '' }) => {
    const lines = text.split('\n').filter((line) => !left.includes(line) && !/^\s*#/.test(line));
    return lines.flatMap((line) =>
      /addr|^\s*-|static|config_|ipv4/i.test(line) && !/gateway|route|via|dns|nameserver/i.test(line)
        ? [...line.matchAll(/\b(\d+\.\d+\.\d+\.(?!0\/)\d+)\b/g)].flatMap((match) => match[1] ?? [])
        : [],
    );
  });
  return [...new Set(found)].filter((address) => !/^(127|0|255)\./.test(address));
}
