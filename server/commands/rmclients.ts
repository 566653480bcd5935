import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { here, under } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';
import { checkedHostNames, printMachines, refuseTooMany } from '../hosts/host-range.ts';
import { readHostScripts } from '../hosts/host-script.ts';
import { readHostsFile } from '../hosts/hosts-file.ts';
import { readHosts } from '../config/hosts-json.ts';
import { planRemoveClients, type RemoveFacts } from '../hosts/remove-clients.ts';
import { lockLists } from '../images/lock.ts';
import { readNetboot } from '../netboot/netboot.ts';

type Options = { client?: string; hostRange?: string; dryRun?: boolean };

/** The machines that the flags and the arguments name, each once. */
function wanted(names: readonly string[], { client, hostRange }: Options): string[] {
  if (client === undefined && hostRange !== undefined)
    throw new UserError('--host-range needs what the names begin with', 'Say -client www -host-range 1-3.');
  const typed: string[] = [];
  for (const name of names) {
    for (const host of checkedHostNames(name)) typed.push(host);
    refuseTooMany(typed.length, names.join(' '));
  }
  const hosts = [...new Set([...typed, ...(client === undefined ? [] : checkedHostNames(client, hostRange))])];
  if (hosts.length > 0) return hosts;
  throw new UserError(
    'rmclients needs the machines to forget',
    'Name the machines, as www1 www7-www9; lsclients lists all machines.',
  );
}

async function readFacts({ io, root }: CliContext, hosts: readonly string[]): Promise<RemoveFacts> {
  const paths = serverPaths(root);
  return {
    paths,
    scripts: await readHostScripts(io, paths, hosts),
    etcHosts: await readHostsFile(io, { root, path: '/etc/hosts' }),
    served: await readHostsFile(io, here(under(paths.scripts, 'hosts'))),
    known: await readHosts(io, paths.hosts),
    netboot: await readNetboot(io, paths.netboot),
  };
}

async function run(context: CliContext, names: readonly string[], options: Options): Promise<void> {
  const hosts = wanted(names, options);
  await using held = new AsyncDisposableStack();
  if (!options.dryRun) held.use(await lockLists(context.io, serverPaths(context.root), context));
  const { steps, say } = planRemoveClients(hosts, await readFacts(context, hosts));
  if (say !== undefined) context.print(say);
  const which = printMachines(hosts);
  if (steps.length === 0)
    throw new UserError(`nothing to remove of ${which}`, 'The machines of this server are listed by: lsclients');
  await context.carryOut(steps, options);
  if (!options.dryRun) context.print(`Forgotten: ${which}. Reports and overrides of these machines stay.`);
}

/** Makes this server forget machines. */
export const rmclientsCommand: CliCommand = {
  name: 'rmclients',
  summary: 'remove machines from this server: their script links, names, addresses and choices of netboot',
  examples: ['rmclients www7', 'rmclients -client www -host-range 1-3', "rmclients 'rack{01-12}n{1-40}' --dry-run"],
  declare(command, context) {
    command
      .argument('[names...]', 'host names, such as www7, www1-www3 or rack{01-12}n{1-40}')
      .option(
        '--client <names>',
        'first part of the host names, such as www; or whole host names, such as www1-www20 or rack{01-12}n{1-40}',
      )
      .option('--host-range <n-m>', 'numbers after the first part of the host names, such as 1-20 or 01-20')
      .option('--dry-run', 'print the steps, and change nothing')
      .action((names: string[], options: Options) => run(context, names, options));
  },
};
