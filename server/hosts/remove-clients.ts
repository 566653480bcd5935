import { firstLabel } from '../../common/model/names.ts';
import { type AbsPath, here, printPlace } from '../../common/system/place.ts';
import type { Plan, Step } from '../../common/system/step.ts';
import type { ServerPaths } from '../config/paths.ts';
import { type Netboot, printNetboot } from '../netboot/netboot.ts';

import type { HostScript } from './host-script.ts';
import { isOurLine } from './hosts-lines.ts';
import { type HostsFile, planHostsFile } from './hosts-file.ts';
import { type KnownHost, printHosts } from '../config/hosts-json.ts';

/** What the server has now, of the machines to remove and of the others. */
export type RemoveFacts = {
  paths: Pick<ServerPaths, 'hosts' | 'netboot'>;
  scripts: ReadonlyMap<string, HostScript>;
  /** The administrator's own /etc/hosts. */
  etcHosts: HostsFile;
  /** scripts/hosts. */
  served: HostsFile;
  known: readonly KnownHost[];
  netboot: Netboot;
};

/** A step that writes the file, if its content changes. */
function rewritten(why: string, at: AbsPath, before: string, content: string): Step[] {
  return before === content ? [] : [{ why, kind: 'write', at: here(at), content, mode: 0o644 }];
}

/** netboot.json without the entries of these hosts, by name and by their MACs. */
function otherBoots(netboot: Netboot, gone: ReadonlySet<string>, known: readonly KnownHost[]): Netboot {
  const macs = new Set(known.filter((one) => gone.has(one.host)).map((one) => one.mac));
  const entries = Object.entries(netboot.machines).filter(([key]) => !gone.has(key) && !macs.has(key));
  return { version: 1, machines: Object.fromEntries(entries) };
}

/** Takes machines out of every list of this server. Links and lines that addclients did not write stay, and are named. */
export function planRemoveClients(hosts: readonly string[], facts: RemoveFacts): Plan {
  const { paths, scripts, etcHosts, served, known, netboot } = facts;
  const gone = new Set(hosts);
  const links = hosts.flatMap((host): Step[] => {
    const script = scripts.get(host);
    if (script?.kind !== 'ours') return [];
    return [{ why: `${host} has nothing to install`, kind: 'remove', at: here(script.at) }];
  });
  const kept = ({ lines }: HostsFile) => lines.filter((line) => !isOurLine(line, gone));
  const machines = known.filter((one) => !gone.has(one.host));
  const steps = [
    ...links,
    ...planHostsFile('Take their addresses out', etcHosts, kept(etcHosts), true),
    ...planHostsFile('Tell the names to machines that know only their address', served, kept(served), false),
    ...rewritten('Forget the machines for DHCP and netboot', paths.hosts, printHosts(known), printHosts(machines)),
    ...rewritten(
      'Forget what these machines boot from the network',
      paths.netboot,
      printNetboot(netboot),
      printNetboot(otherBoots(netboot, gone, known)),
    ),
  ];
  const stays = [
    ...hosts.flatMap((host) => {
      const script = scripts.get(host);
      return script?.kind === 'foreign' ? [`${script.at} is a script of its own`] : [];
    }),
    ...[etcHosts, served].flatMap((file) => foreignLines(file, gone).map((raw) => `${printPlace(file.at)} has ${raw}`)),
  ];
  const say = stays.map((line) => `stays, for addclients did not write it: ${line}`).join('\n');
  return { steps, say: say === '' ? undefined : say };
}

/** Lines that name one of the hosts, and that addclients did not write. */
function foreignLines({ lines }: HostsFile, gone: ReadonlySet<string>): string[] {
  return lines.flatMap((line) => {
    if (line.kind !== 'entry' || isOurLine(line, gone)) return [];
    return line.names.some((name) => gone.has(firstLabel(name))) ? [JSON.stringify(line.raw.trim())] : [];
  });
}
