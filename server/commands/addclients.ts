import path from 'node:path';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { DomainName, ImageName } from '../../common/model/names.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { absPath, here, under } from '../../common/system/place.ts';
import { serverPaths, type ServerPaths } from '../config/paths.ts';
import { type AddFacts, type NewHost, planAddClients } from '../hosts/add-clients.ts';
import { type AddOptions, askForClients, checkEnough } from '../hosts/ask.ts';
import { checkedHostNames, checkedWord, parseIpRange, parseMacFile, printMachines } from '../hosts/host-range.ts';
import { readHostScripts } from '../hosts/host-script.ts';
import { readHostsFile } from '../hosts/hosts-file.ts';
import { readHosts } from '../config/hosts-json.ts';
import { lockLists } from '../images/lock.ts';
import { readNetboot } from '../netboot/netboot.ts';
import { listImages } from '../images/modules.ts';

/** The machines that the flags describe. */
async function newHosts(context: CliContext, options: AddOptions, imageName: string): Promise<NewHost[]> {
  const names = checkedHostNames(options.client ?? '', options.hostRange);
  const image = checkedWord(ImageName, imageName, 'image name');
  const domain =
    options.domainname === undefined
      ? undefined
      : checkedWord(DomainName, options.domainname.toLowerCase(), 'domain name');
  if (options.netmask !== undefined && options.ipRange === undefined)
    throw new UserError('-netmask means nothing without -ip-range', 'Give both, or neither.');
  const ips = options.ipRange === undefined ? [] : parseIpRange(options.ipRange, options.netmask);
  if (options.ipRange !== undefined) checkEnough(names, ips, options.ipRange);
  const macs =
    options.macFile === undefined ? new Map<string, string>() : await readMacs(context, options.macFile, names);
  const groups = options.group?.map((name) =>
    checkedWord(ImageName, name, 'group name (the same rule as for names of images)'),
  );
  return names.map((host, at) => {
    const [ip, mac] = [ips[at], macs.get(host)];
    return {
      host,
      ...(domain ? { domain } : {}),
      ...(ip ? { ip } : {}),
      ...(mac ? { mac } : {}),
      image,
      ...(groups ? { groups } : {}),
    };
  });
}

/** MACs of a file, by host; the file may name other machines, too. */
async function readMacs(context: CliContext, typed: string, names: readonly string[]): Promise<Map<string, string>> {
  const file = absPath(path.resolve(typed));
  const text = await context.io.readText(file, { isGiven: true, signal: context.signal });
  if (text === undefined) throw new UserError(`${file} is not there`, 'Name a file with lines of HOST MAC.');
  const macs = parseMacFile(text, file);
  const others = [...macs.keys()].filter((host) => !names.includes(host));
  if (others.length > 0) context.print(`${file}: not meant now, so nothing is done for ${printMachines(others)}`);
  return macs;
}

async function readFacts(context: CliContext, added: readonly NewHost[]): Promise<AddFacts> {
  const { io, root } = context;
  const paths = serverPaths(root);
  const scripts = await readHostScripts(
    io,
    paths,
    added.map((one) => one.host),
  );
  for (const [host, { kind, at }] of scripts)
    if (kind === 'foreign')
      context.print(`${at} is a script and no link: the script stays, and ${host} goes on running this script`);
  return {
    paths,
    scripts,
    etcHosts: await readHostsFile(io, { root, path: '/etc/hosts' }),
    served: await readHostsFile(io, here(under(paths.scripts, 'hosts'))),
    known: await readHosts(io, paths.hosts),
    netboot: await readNetboot(io, paths.netboot),
  };
}

async function imagesWithScript(io: Io, paths: ServerPaths): Promise<string[]> {
  const scripts = new Set((await io.list(paths.scripts)) ?? []);
  return (await listImages(io, paths)).filter((name) => scripts.has(`${name}.master`));
}

async function run(context: CliContext, typed: AddOptions): Promise<void> {
  const paths = serverPaths(context.root);
  const isWhole = typed.client !== undefined && typed.image !== undefined;
  if (!isWhole && !context.isTerminal)
    throw new UserError(
      `addclients needs ${typed.client === undefined ? '-client' : '-image'}`,
      'Every flag is explained by: addclients --help; on a terminal it asks.',
    );
  const options = isWhole ? typed : await askForClients(typed, await imagesWithScript(context.io, paths));
  const image = options.image ?? '';
  const added = await newHosts(context, options, image);
  await using held = new AsyncDisposableStack();
  if (!options.dryRun) held.use(await lockLists(context.io, paths, context));
  const master = under(paths.scripts, `${image}.master`);
  if ((await context.io.readText(master)) === undefined)
    throw new UserError(`there is no script ${master}`, `Run: mkautoinstallscript -image ${image}`);
  const steps = planAddClients(added, await readFacts(context, added));
  const which = printMachines(added.map((one) => one.host));
  if (steps.length === 0) return context.print(`nothing changes for ${which}`);
  await context.carryOut(steps, options);
  if (!options.dryRun) context.print(`${image} is installed from now on by ${which}`);
}

/** Makes machines known to this server. */
export const addclientsCommand: CliCommand = {
  name: 'addclients',
  summary: 'register machines: the image that each machine installs, its name and its address',
  examples: [
    'addclients',
    'addclients -client www -host-range 1-300 -domainname example.com -image web_v1 -ip-range 10.0.0.11-10.0.1.60',
    "addclients -client 'rack{01-12}n{1-40}' -image node_v1 -mac-file macs -group rack,nodes",
  ],
  declare(command, context) {
    command
      .option(
        '--client <names>',
        'first part of the host names, such as www; or whole host names, such as www1-www20 or rack{01-12}n{1-40}',
      )
      .option('--host-range <n-m>', 'numbers after the first part of the host names, such as 1-20 or 01-20')
      .option('--image <name>', 'image that the machines install')
      .option('--domainname <domain>', 'DNS domain of the machines (default: unchanged)')
      .option('--ip-range <a-b>', 'IP addresses of the machines, such as 10.0.0.11-10.0.0.30 (default: unchanged)')
      .option(
        '--netmask <mask>',
        'netmask of --ip-range, such as 255.255.254.0, to skip network and broadcast addresses (default: skip .0 and .255)',
      )
      .option('--mac-file <file>', 'file with one line HOST MAC per machine, for fixed addresses by DHCP')
      .option(
        '--group <names>',
        'groups of the machines, in addition to groups.toml, such as web,rack1 (default: unchanged)',
        (text: string) => text.split(',').filter(Boolean),
      )
      .option('--dry-run', 'print the steps, and change nothing')
      .action((options: AddOptions) => run(context, options));
  },
};
