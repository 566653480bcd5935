import { allClients, type ClientFacts, readClientFacts } from '../../hosts/clients.ts';
import type { KnownHost } from '../../config/hosts-json.ts';
import { type Check, type Finding, note, wrong } from '../check.ts';

/** Values that two machines have. */
function twice(known: readonly KnownHost[], key: 'host' | 'mac' | 'ip', what: string): Finding[] {
  const seen = new Map<string, string>();
  return known.flatMap((one) => {
    const value = one[key];
    if (value === undefined) return [];
    const other = seen.get(value);
    seen.set(value, one.host);
    if (other === undefined) return [];
    return [wrong(`hosts.json has ${what} ${value} twice: ${other} and ${one.host}`, 'Give each machine its own.')];
  });
}

/** Choices of `systemimager netboot` that no machine follows, because no MAC of the host is known. */
function withoutCard({ known, netboot }: ClientFacts): Finding[] {
  return known.flatMap(({ host, mac }) => {
    const entry = Object.hasOwn(netboot.machines, host) ? netboot.machines[host] : undefined;
    if (mac !== undefined || entry === undefined) return [];
    const what = `netboot.json says ${entry.boot} for ${host}, whose MAC is not known`;
    return [
      note(what, `Tell the MAC: addclients -client ${host} -image IMAGE -mac-file FILE; a machine shows only its MAC.`),
    ];
  });
}

/** Each machine that addclients made known has a script, and a MAC and an address of its own. */
export const machines: Check = {
  name: 'machines',
  good: 'each known machine has a script, and MAC and address of its own',
  async run({ io, paths }) {
    const facts = await readClientFacts(io, paths);
    const told = new Set(facts.known.map((one) => one.host));
    const without = allClients(facts).filter(({ host, script }) => told.has(host) && script.kind === 'absent');
    return [
      ...without.map(({ host }) =>
        wrong(`${host} has no script`, `Run: addclients -client ${host} -image NAME; or rmclients ${host}`),
      ),
      ...withoutCard(facts),
      ...twice(facts.known, 'host', 'the host'),
      ...twice(facts.known, 'mac', 'the MAC'),
      ...twice(facts.known, 'ip', 'the address'),
    ];
  },
};
