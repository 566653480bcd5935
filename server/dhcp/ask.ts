import { parseIpv4, printIpv4 } from '../../common/model/ipv4.ts';
import { answered, confirm, problemOf, select, text } from '../../common/answers.ts';
import { dhcpKinds } from './index.ts';
import type { DhcpKind } from './kind.ts';
import { parseNetwork } from './network-words.ts';
import { checkSubnet, type SubnetWish } from './subnet.ts';

/** Asks for the kind of DHCP server; installed kinds come first. */
export async function askForKind(installed: readonly DhcpKind[]): Promise<DhcpKind> {
  const kinds = [...new Set([...installed, ...dhcpKinds])];
  const options = kinds.map((value) => {
    return { value, label: value.title, hint: installed.includes(value) ? 'installed' : undefined };
  });
  return answered(await select({ message: 'Which DHCP server is to be configured?', options }));
}

/** Typed or likely answers. */
export type Proposals = Partial<SubnetWish> & Pick<SubnetWish, 'httpPort' | 'leaseSeconds'>;

/** Asks for all of a network in the classic order, and shows typed or likely answers to be confirmed. */
export async function askForSubnet(proposals: Proposals): Promise<SubnetWish> {
  const ask = async (message: string, initialValue: string, validate: (value: string) => string | undefined) =>
    answered(await text({ message, initialValue, validate: (value) => validate((value ?? '').trim()) })).trim();
  const proposed = proposals.network === undefined ? '' : networkText(proposals);
  const network = await ask('Which network are the machines in (10.0.0.0/24)?', proposed, (value) =>
    problemOf(() => parseNetwork(value)),
  );
  const base: SubnetWish = {
    network,
    imageServer: printIpv4(parseNetwork(network).network + 1),
    httpPort: proposals.httpPort,
    secureBoot: proposals.secureBoot,
    httpBoot: proposals.httpBoot,
    leaseSeconds: proposals.leaseSeconds,
    interface: proposals.interface,
  };
  // Each answer is checked together with the answers before it, and without those that come later.
  const askFor = async (
    wish: SubnetWish,
    key: 'imageServer' | 'router' | 'dns' | 'domain' | 'range',
    message: string,
    likely = '',
  ): Promise<SubnetWish> => {
    const value = await ask(message, likely, (answer) => problemOf(() => checkSubnet({ ...wish, [key]: answer })));
    return value === '' ? wish : { ...wish, [key]: value };
  };
  let wish = await askFor(base, 'imageServer', 'Which address has the image server there?', proposals.imageServer);
  wish = await askFor(wish, 'router', 'Which router do machines get (empty for none)?', proposals.router);
  wish = await askFor(wish, 'dns', 'Which DNS servers (empty for none)?', proposals.dns);
  wish = await askFor(wish, 'domain', 'Which domain (empty for none)?', proposals.domain);
  const { range } = checkSubnet({ ...wish, ...(proposals.range === undefined ? {} : { range: proposals.range }) });
  const likely = `${printIpv4(range.first)}-${printIpv4(range.last)}`;
  return askFor(wish, 'range', 'Which addresses are handed out?', likely);
}

function networkText({ network = '', netmask }: Partial<SubnetWish>): string {
  if (network.includes('/') || netmask === undefined || parseIpv4(network) === undefined) return network;
  return `${network}/${parseNetwork(network, netmask).prefixLength}`;
}

/** Asks whether the server is to be restarted. */
export async function askForRestart(kind: DhcpKind): Promise<boolean> {
  return (await confirm({ message: `Restart ${kind.title} when it is written?`, initialValue: false })) === true;
}
