import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { serverPaths } from '../config/paths.ts';
import { type ChangeOptions, changeConfiguration, readConfiguration } from '../dhcp/change.ts';
import { daemonNames } from '../dhcp/choose-kind.ts';
import { findNames } from '../dhcp/find-names.ts';
import { findLeases } from '../dhcp/lease-file.ts';
import { currentLeases } from '../dhcp/leases.ts';
import { type Candidate, mergeReservations } from '../dhcp/reservations.ts';
import { type KnownHost, readHosts } from '../hosts/hosts-json.ts';

type Options = ChangeOptions & {
  daemon?: string;
  leases?: string;
  file?: string;
  expired?: boolean;
  byName?: boolean;
  json?: boolean;
};

const fullName = ({ host, domain }: KnownHost) => (domain === undefined ? host : `${host}.${domain}`);

async function run(context: CliContext, options: Options): Promise<void> {
  const { io, root } = context;
  const { kind, file } = await findLeases(context, options);
  if (options.byName && !kind.looksUpNames)
    throw new UserError(`${kind.title} does not look up the addresses of names`, 'Leave out --by-name.');
  const before = await readConfiguration(context, kind, options.file);
  if (!before.isThere && kind.needsSubnet)
    throw new UserError(
      `there is no ${before.at}`,
      `Run mkdhcpserver --daemon ${kind.name} first, or name it: --file.`,
    );

  const nowMs = io.now().getTime();
  const all = kind.parseLeases(file.text, file.at);
  const { leases, leftOut } = currentLeases(all, { nowMs, expired: options.expired ?? false });
  const known = (await readHosts(io, serverPaths(root).hosts)).filter((one) => one.mac !== undefined);
  const nameOf = await findNames(
    context,
    leases.map((one) => one.ip),
  );
  const knownMacs = new Map(known.map((one) => [one.mac, one]));
  const candidates: Candidate[] = [
    ...known.flatMap(({ mac, ip, ...one }) =>
      mac === undefined || ip === undefined ? [] : [{ mac, ip, name: fullName(one), isKnown: true }],
    ),
    ...leases.flatMap(({ mac, ip }) => {
      const machine = knownMacs.get(mac);
      if (machine?.ip !== undefined) return [];
      const name = machine ? fullName(machine) : nameOf(ip);
      return [{ mac, ip, isKnown: false, ...(name === undefined ? {} : { name }) }];
    }),
  ];
  const byName = options.byName ?? false;
  const { reservations, said } = mergeReservations(kind.reserved(before), candidates, { byName });
  if (options.json) return context.print(JSON.stringify(reservations, undefined, 2));
  for (const line of said) context.print(line);
  if (leftOut > 0) context.print(`${leftOut} leases are over: --expired takes them too`);
  if (reservations.length === 0) return context.print(`${file.at} has no machine to reserve an address for`);
  await changeConfiguration(context, kind, before, kind.withReservations(before, reservations), options);
  if (!options.dryRun) context.print(`${reservations.length} machines have an address for good in ${before.at}`);
}

/** Turns leases into reservations. */
export const mkdhcpstaticCommand: CliCommand = {
  name: 'mkdhcpstatic',
  summary: 'let machines keep the addresses that a DHCP server lent them: leases become reservations by MAC',
  examples: [
    'mkdhcpstatic',
    'mkdhcpstatic -daemon kea -dry-run',
    'mkdhcpstatic -by-name -restart',
    'mkdhcpstatic -leases /tmp/dnsmasq.leases -file /tmp/reservations.conf',
  ],
  declare(command, context) {
    command
      .option('--daemon <name>', `which server: ${daemonNames}; else the one that has leases`)
      .option('--leases <file>', "read this lease file instead of the server's own")
      .option('--file <file>', "write into this configuration instead of the server's own")
      .option('--expired', 'also machines whose lease is over')
      .option('--by-name', 'reserve the name, not the address: later only hosts or DNS must change (ISC dhcpd)')
      .option('--force', 'add to a file of the administrator without asking')
      .option('--restart', 'restart the DHCP server afterwards')
      .option('--dry-run', 'show what would be written')
      .option('--json', 'print the reservations as JSON, and write nothing')
      .action((options: Options) => run(context, options));
  },
};
