import { isDeepStrictEqual } from 'node:util';
import { counted } from '../../common/counted.ts';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { here } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';
import { type ChangeOptions, changeConfiguration } from '../dhcp/change.ts';
import { readConfiguration } from '../dhcp/read-configuration.ts';
import { daemonNames } from '../dhcp/choose-kind.ts';
import type { Lease } from '../dhcp/kind.ts';
import { findNames, withMeanings } from '../dhcp/find-names.ts';
import { dnsmasq } from '../dhcp/dnsmasq.ts';
import { findLeases, findOwnLeases, type LeaseFile, ownName } from '../dhcp/lease-file.ts';
import { withOwnLeases } from '../dhcp/own-leases.ts';
import { currentLeases } from '../dhcp/leases.ts';
import { type Candidate, mergeReservations } from '../dhcp/reservations.ts';
import { lockLists } from '../images/lock.ts';
import { type KnownHost, printHosts, readHosts } from '../config/hosts-json.ts';

type Options = ChangeOptions & {
  daemon?: string;
  leases?: string;
  file?: string;
  expired?: boolean;
  byName?: boolean;
  json?: boolean;
};

const fullName = ({ host, domain }: KnownHost) => (domain === undefined ? host : `${host}.${domain}`);

/** The machines that addclients knows with MAC and address, and those of the leases, with their names. */
async function candidatesOf(context: CliContext, leases: readonly Lease[]): Promise<Candidate[]> {
  const machines = await readHosts(context.io, serverPaths(context.root).hosts);
  const known = new Map(machines.map((one) => [one.mac, one]));
  const nameOf = await findNames(
    context,
    leases.map((one) => one.ip),
  );
  return [
    ...machines.flatMap(({ mac, ip, ...one }) =>
      mac === undefined || ip === undefined ? [] : [{ mac, ip, name: fullName(one), isKnown: true }],
    ),
    ...leases.flatMap(({ mac, clientId, ip, name: saidName }) => {
      const machine = known.get(mac);
      if (machine?.ip !== undefined) return [];
      const name = machine ? fullName(machine) : nameOf(ip);
      const said = { clientId: clientId || undefined, saidName: saidName || undefined };
      return [{ mac, ip, isKnown: false, ...said, name }];
    }),
  ];
}

/** Turns leases of `serve --dhcp` into MACs in hosts.json; `serve` reads that file again by itself. */
async function keepOwn(context: CliContext, file: LeaseFile, options: Options): Promise<void> {
  const { io } = context;
  const all = dnsmasq.parseLeases(file.text, file.at);
  const { leases, leftOut } = currentLeases(all, { nowMs: io.now().getTime(), expired: options.expired ?? false });
  const paths = serverPaths(context.root);
  const at = paths.hosts;
  await using held = new AsyncDisposableStack();
  if (!options.dryRun && !options.json) held.use(await lockLists(io, paths, context));
  const known = await readHosts(io, at);
  const nameOf = await findNames(
    context,
    leases.map((one) => one.ip),
  );
  const { machines, said } = withOwnLeases(known, leases, nameOf);
  if (options.json) return context.print(JSON.stringify(machines, undefined, 2));
  for (const line of said) context.print(line);
  if (leftOut > 0) context.print(`${leftOut} leases are over: --expired takes them too`);
  if (isDeepStrictEqual(known, machines)) return context.print(`${at} is up to date`);
  const why = 'Write the machines with their MACs';
  await context.carryOut(
    [{ why, kind: 'write', at: here(at), content: printHosts(machines), mode: 0o644, backup: true }],
    options,
  );
  if (!options.dryRun)
    context.print(`${at} is written: serve --dhcp gives these machines the same address from now on`);
}

async function run(context: CliContext, options: Options): Promise<void> {
  const { io } = context;
  const own = await findOwnLeases(context, options);
  if (own) return keepOwn(context, own, options);
  const { kind, file } = await findLeases(context, options);
  if (options.byName && !kind.looksUpNames)
    throw new UserError(`${kind.title} does not look up the addresses of names`, 'Leave out --by-name.');
  const found = await readConfiguration(context, kind, options.file);
  const inLeases = kind.reservesInLeases ? [{ text: file.text, file: file.at }] : [];
  const before = { ...found, others: [...(found.others ?? []), ...inLeases] };
  if (!before.isThere && kind.needsSubnet)
    throw new UserError(
      `there is no ${before.at}`,
      `Run mkdhcpserver --daemon ${kind.name} first, or name the file: --file.`,
    );

  const nowMs = io.now().getTime();
  const all = kind.parseLeases(file.text, file.at);
  const { leases, leftOut } = currentLeases(all, { nowMs, expired: options.expired ?? false });
  const candidates = await candidatesOf(context, leases);
  const serves = kind.serves(before);
  const homeless = candidates.filter((one) => !serves(one.ip));
  const written = kind.reserved(before);
  const { reserved, unknown } = kind.looksUpNames
    ? await withMeanings(context, written)
    : { reserved: written, unknown: [] };
  const { reservations, said } = mergeReservations(
    reserved,
    candidates.filter((one) => serves(one.ip)),
    { byName: options.byName ?? false },
  );
  if (options.json) return context.print(JSON.stringify(reservations, undefined, 2));
  for (const { ip, mac } of homeless) context.print(`${ip} (${mac}) is left out: ${before.at} has no network for it`);
  const remarks = unknown.map(
    (name) =>
      `${name} is reserved, and neither hosts nor DNS know the address of this name now: the address may be reserved again`,
  );
  for (const line of [...said, ...kind.unseen(before), ...remarks]) context.print(line);
  if (leftOut > 0) context.print(`${leftOut} leases are over: --expired takes them too`);
  if (reservations.length === 0 && !reserved.some((one) => one.isOurs))
    return context.print(`${file.at} has no lease to reserve, and addclients knows no MAC with an address`);
  await changeConfiguration(context, kind, before, kind.withReservations(before, reservations), options);
  const many = counted(reservations.length, 'machine has', 'machines have');
  if (!options.dryRun) context.print(`${many} an address for good in ${before.at}`);
}

/** Turns leases into reservations. */
export const mkdhcpstaticCommand: CliCommand = {
  name: 'mkdhcpstatic',
  summary: 'turn the leases of a DHCP server into reservations by MAC, so that machines keep their addresses',
  examples: [
    'mkdhcpstatic',
    'mkdhcpstatic -daemon kea -dry-run',
    'mkdhcpstatic -by-name -restart',
    'mkdhcpstatic -leases /tmp/dnsmasq.leases -file /tmp/reservations.conf',
  ],
  declare(command, context) {
    command
      .option(
        '--daemon <name>',
        `DHCP server: ${daemonNames}, or ${ownName} for serve --dhcp (default: the DHCP server that has leases)`,
      )
      .option('--leases <file>', 'lease file to read (default: the file of the DHCP server)')
      .option('--file <file>', 'configuration file to write (default: the file of the DHCP server)')
      .option('--expired', 'also reserve the addresses of expired leases')
      .option('--by-name', 'reserve host names, whose addresses hosts or DNS can change later (only ISC dhcpd)')
      .option('--force', 'change a file of the administrator without asking; the old file is kept as a numbered backup')
      .option('--restart', 'restart the DHCP server afterwards')
      .option('--dry-run', 'print the steps, and change nothing')
      .option('--json', 'print the reservations as JSON, and write nothing')
      .action((options: Options) => run(context, options));
  },
};
