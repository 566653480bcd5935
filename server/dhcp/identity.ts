import { parseMac } from '../../common/model/mac.ts';
import { firstLabel } from '../../common/model/names.ts';

/**
 * How a DHCP server recognizes a machine. A `MAC` may have `*` for a byte (dnsmasq), a `client-id` (RFC 2132, 9.14) and a `duid`
 * (RFC 4361, 6.1) are bytes as `01:52:54`; other values are as in the configuration.
 */
export type Identity = {
  kind:
    | 'MAC'
    | 'client-id'
    | 'duid'
    | 'name'
    | 'circuit-id'
    | 'remote-id'
    | 'flex-id'
    | 'hardware'
    | 'option'
    | 'host'
    | 'line';
  value: string;
};

/** What a lease file or a list of machines tells of a machine. */
export type Machine = { mac: string; clientId?: string; name?: string };

/** The identity for people. */
export const printIdentity = ({ kind, value }: Identity): string => (kind === 'MAC' ? value : `${kind} ${value}`);

/** Bytes as `01:52:54`, from `1:52:54`; another text becomes its bytes, one for each character. */
export function colonBytes(text: string): string {
  return /^[0-9a-f]{1,2}(:[0-9a-f]{1,2})+$/i.test(text)
    ? text
        .toLowerCase()
        .split(':')
        .map((one) => one.padStart(2, '0'))
        .join(':')
    : [...Buffer.from(text, 'latin1')].map((one) => one.toString(16).padStart(2, '0')).join(':');
}

/** The identity of a hardware address: a MAC, also with `*` for bytes, or an address of another kind. */
export function hardwareIdentity(text: string): Identity {
  const mac =
    parseMac(text) ?? (/^([0-9a-f]{2}|\*)(:([0-9a-f]{2}|\*)){5}$/i.test(text) ? text.toLowerCase() : undefined);
  return mac === undefined ? { kind: 'hardware', value: text } : { kind: 'MAC', value: mac };
}

/** The DUID in a client identifier of type 255, behind four bytes for the card (RFC 4361, 6.1). */
const duidIn = (clientId: string) => /^ff(?::..){4}:(.+)$/.exec(clientId)?.[1];
/** The MAC in a DUID of a card's address, with the time or without (RFC 8415, 11.2 and 11.4; hardware type 1 is Ethernet). */
const macIn = (duid: string) => /^00:(?:01:00:01(?::..){4}|03:00:01):((?:..:){5}..)$/.exec(duid)?.[1];

/** dnsmasq compares names without their domains and without case. */
const nameKey = (name: string) => `name ${firstLabel(name).toLowerCase()}`;

/** All keys by which a machine of this identity may be recognized. */
function keysOf({ kind, value }: Identity): string[] {
  const key = (mac: string | undefined) => (mac === undefined ? [] : [`MAC ${mac}`]);
  switch (kind) {
    case 'MAC':
      return [`MAC ${value}`];
    case 'name':
      return [nameKey(value)];
    case 'duid':
      return [`duid ${value}`, ...key(macIn(value))];
    case 'client-id': {
      const duid = duidIn(value);
      const inside =
        duid === undefined ? key(/^01:((?:..:){5}..)$/.exec(value)?.[1]) : keysOf({ kind: 'duid', value: duid });
      return [`client-id ${value}`, ...inside];
    }
    case 'circuit-id':
    case 'remote-id':
    case 'flex-id':
    case 'hardware':
    case 'option':
    case 'host':
    case 'line':
      return [];
  }
}

/** Finds all items that name a machine by any of its identities. */
export function findByMachine<T extends { by: Identity }>(items: readonly T[]): (machine: Machine) => T[] {
  const byKey = Map.groupBy(
    items.flatMap((item) => keysOf(item.by).map((key) => ({ key, item }))),
    (one) => one.key,
  );
  const wild = items.filter(({ by }) => by.kind === 'MAC' && by.value.includes('*'));
  return ({ mac, clientId, name }) => {
    const duid = clientId === undefined ? undefined : duidIn(clientId);
    const keys = [`MAC ${mac}`, `client-id ${clientId}`, `duid ${duid}`, nameKey(name ?? '')];
    const bytes = mac.split(':');
    const fits = ({ by }: T) => by.value.split(':').every((byte, at) => byte === '*' || byte === bytes[at]);
    return [...new Set([...keys.flatMap((key) => byKey.get(key) ?? []).map((one) => one.item), ...wild.filter(fits)])];
  };
}
