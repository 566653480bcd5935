import { colonBytes, hardwareIdentity, type Identity } from '../identity.ts';
import type { Statement } from '../statements.ts';
import { clientIdOf } from './leases.ts';

/**
 * A `host` of dhcpd.conf(5), or of the lease file if omapi(3) made the host. Its addresses may be names. A host that was deleted
 * by omapi(3) has no identity any more, but its label stays taken.
 */
export type Host = { label: string; by: Identity[]; addresses: string[]; name?: string };

/** The identities of a host: any counts. Relays add `circuit-id` and the like (dhcp-options(5), "relay agent information"). */
function identitiesOf(label: string, block: readonly Statement[]): Identity[] {
  const found = block.flatMap(({ words }): Identity[] => {
    const [, option = '', ...rest] = words[0] === 'host-identifier' ? words.slice(1) : words;
    const value = rest.join(' ').replace(/^= */, '');
    if (words[0] === 'hardware')
      return [option === 'ethernet' ? hardwareIdentity(value) : { kind: 'hardware', value: `${option} ${value}` }];
    if (option === 'dhcp-client-identifier' || words[0] === 'uid')
      return [{ kind: 'client-id', value: clientIdOf(value || option) }];
    if (words[0] !== 'host-identifier') return [];
    if (option === 'dhcp6.client-id') return [{ kind: 'duid', value: colonBytes(value) }];
    if (option === 'agent.circuit-id') return [{ kind: 'circuit-id', value }];
    return [
      option === 'agent.remote-id' ? { kind: 'remote-id', value } : { kind: 'option', value: `${option} ${value}` },
    ];
  });
  return found.length > 0 ? found : [{ kind: 'host', value: label }];
}

/** The hosts of these statements; the last of a name counts, because changes by omapi(3) come later in the lease file. */
export function hostsOf(statements: readonly Statement[]): Host[] {
  const found = new Map<string, Host>();
  for (const { words, block } of statements) {
    const [word, label = ''] = words;
    if (word !== 'host' || !block) continue;
    const is = (name: string) => block.find((one) => one.words[0] === name)?.words.slice(1);
    const name = block.find((one) => one.words[0] === 'option' && one.words[1] === 'host-name')?.words[2];
    const addresses = is('fixed-address')?.flatMap((list) => list.split(',').filter(Boolean)) ?? [];
    const by = is('deleted') ? [] : identitiesOf(label, block);
    found.set(label, { label, by, addresses, name: name || undefined });
  }
  return [...found.values()];
}
