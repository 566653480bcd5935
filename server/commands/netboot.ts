import type { Command } from 'commander';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { parseMac } from '../../common/model/mac.ts';
import { hostPart } from '../../common/model/names.ts';
import { UserError } from '../../common/system/errors.ts';
import { here } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';
import { sayBroken } from '../config/json-file.ts';
import { type KnownHost, readableHosts, readHosts } from '../config/hosts-json.ts';
import { lockLists } from '../images/lock.ts';
import { latestInstallations } from '../reports/store.ts';
import {
  afterChoice,
  bootChoices,
  choiceWords,
  hasKnownCard,
  printNetboot,
  readableNetboot,
  readNetboot,
} from '../netboot/netboot.ts';

type Options = { local?: boolean; install?: boolean; rescue?: boolean; dryRun?: boolean; json?: boolean };

async function list(context: CliContext, options: Options): Promise<void> {
  const { io, root } = context;
  const print = (line: string) => context.print(line);
  const paths = serverPaths(root);
  const { value: netboot, broken } = await readableNetboot(io, paths.netboot);
  const { machines } = netboot;
  const { value: hosts, broken: brokenHosts } = await readableHosts(io, paths.hosts);
  sayBroken([...broken, ...brokenHosts]);
  if (options.json) return print(JSON.stringify(machines, undefined, 2));
  if (Object.keys(machines).length === 0) print('No machine has been installed or chosen yet.');
  const hostOfCard = new Map(hosts.map((one) => [one.mac, one.host]));
  for (const [key, { boot, at, why, from }] of Object.entries(machines)) {
    // A choice for a host counts for its card, too.
    if (Object.hasOwn(machines, hostOfCard.get(key) ?? '')) continue;
    const said = from === undefined ? '' : ` (${from} says so)`;
    print(`${key.padEnd(20)} ${boot.padEnd(8)} ${at.slice(0, 19)}  ${why}${said}`);
  }
}

/** What to do if no MAC of this host is known, with the MACs of machines that reported this host name. */
async function unknownCardWords({ io, root }: CliContext, host: string, hosts: readonly KnownHost[]): Promise<string> {
  const known = new Set(hosts.map((one) => one.mac));
  const all = await latestInstallations(io, serverPaths(root).reports);
  const macs = all.filter((one) => one.host === host && !known.has(one.mac)).map((one) => one.mac);
  const said = macs.length > 0 ? ` Machines that called themselves ${host}: ${macs.join(', ')}.` : '';
  return `No MAC of ${host} is known, so the choice counts only once addclients -mac-file tells the MAC; or name the MAC here.${said}`;
}

async function choose(context: CliContext, name: string, options: Options): Promise<void> {
  const { io, root } = context;
  const paths = serverPaths(root);
  const chosen = bootChoices.filter((one) => options[one]);
  if (chosen.length > 1)
    throw new UserError(
      `--${chosen.join(' and --')} exclude each other`,
      'Give one of them; --install is the default.',
    );
  const who = parseMac(name) ?? hostPart(name);
  if (who === undefined)
    throw new UserError(
      `${JSON.stringify(name)} is neither a host name nor a MAC`,
      'Name a machine as www7 or 52:54:00:12:34:56.',
    );
  await using held = new AsyncDisposableStack();
  if (!options.dryRun) held.use(await lockLists(io, paths, context));
  const [netboot, hosts] = await Promise.all([readNetboot(io, paths.netboot), readHosts(io, paths.hosts)]);
  const [boot = 'install'] = chosen;
  const changed = afterChoice(netboot, { who, boot, at: io.now().toISOString(), hosts });
  const isKnown = hasKnownCard(who, hosts);
  const why = `From now on ${who} ${choiceWords[boot]} when it boots from the network${isKnown ? '' : ', once its MAC is known'}`;
  await context.carryOut(
    [{ why, kind: 'write', at: here(paths.netboot), content: printNetboot(changed), mode: 0o644 }],
    options,
  );
  if (!isKnown) context.print(await unknownCardWords(context, who, hosts));
}

/** Says what a machine boots from the network. */
export const netbootCommand: CliCommand = {
  name: 'netboot',
  summary: 'choose what a machine does at network boot: install an image, start its own disk, or open a rescue shell',
  examples: [
    'systemimager netboot',
    'systemimager netboot www7 --install',
    'systemimager netboot 52:54:00:12:34:56 --rescue',
  ],
  declare(command: Command, context: CliContext) {
    command
      .argument('[machine]', 'host name or MAC of the machine; without a machine, list the choices of all machines')
      .option('--install', 'install the machine (default)')
      .option('--local', 'start the own disk of the machine')
      .option('--rescue', 'open a shell in the boot environment, and install nothing')
      .option('--dry-run', 'print the steps, and change nothing')
      .option('--json', 'print the list as JSON')
      .action((name: string | undefined, options: Options) =>
        name === undefined ? list(context, options) : choose(context, name, options),
      );
  },
};
