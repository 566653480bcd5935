import path from 'node:path';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { parseHosts } from '../../common/model/hosts.ts';
import { DomainName, ImageName } from '../../common/model/names.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath, under } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';
import { type AddFacts, type NewHost, planAddClients } from '../hosts/add-clients.ts';
import { type AddOptions, askForClients, checkEnough } from '../hosts/ask.ts';
import { checkedHostNames, parseIpRange, parseMacFile } from '../hosts/host-range.ts';
import { type HostScript, readHostScript } from '../hosts/host-script.ts';
import { readHosts } from '../hosts/hosts-json.ts';
import { listImages } from '../serve/rsyncd-conf.ts';

function checked<T>(
  schema: { safeParse(value: unknown): { success: boolean; data?: T } },
  text: string,
  what: string,
): T {
  const result = schema.safeParse(text);
  if (result.success && result.data !== undefined) return result.data;
  throw new UserError(`${JSON.stringify(text)} is no ${what}`, 'Use letters, digits and dashes.');
}

/** The machines that the flags describe. */
async function newHosts({ io }: CliContext, options: AddOptions, imageName: string): Promise<NewHost[]> {
  const names = checkedHostNames(options.client ?? '', options.hostRange);
  const image = checked(ImageName, imageName, 'image name');
  const domain =
    options.domainname === undefined ? undefined : checked(DomainName, options.domainname.toLowerCase(), 'domain name');
  const ips = options.ipRange === undefined ? [] : parseIpRange(options.ipRange, options.netmask);
  if (options.ipRange !== undefined) checkEnough(names, ips, options.ipRange);
  const macFile = options.macFile === undefined ? undefined : absPath(path.resolve(options.macFile));
  const macText = macFile === undefined ? '' : await io.readText(macFile);
  if (macText === undefined) throw new UserError(`${macFile} is not there`, 'Name a file with lines of HOST MAC.');
  const macs = parseMacFile(macText, macFile ?? '');
  const groups = options.group?.map((name) => checked(ImageName, name, 'name of a group'));
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

async function readFacts(context: CliContext, added: readonly NewHost[]): Promise<AddFacts> {
  const { io, root } = context;
  const paths = serverPaths(root);
  const scripts = new Map<string, HostScript>();
  for (const { host } of added) {
    const script = await readHostScript(io, paths, host);
    scripts.set(host, script);
    if (script.kind === 'foreign')
      context.print(`${script.at} is a script of its own: it stays, and ${host} goes on running it`);
  }
  const etcHosts = under(root, 'etc/hosts');
  const served = await io.readText(under(paths.scripts, 'hosts'));
  return {
    paths,
    scripts,
    etcHosts: { at: etcHosts, lines: parseHosts((await io.readText(etcHosts)) ?? '') },
    hostsLines: served === undefined ? undefined : parseHosts(served),
    known: await readHosts(io, paths.hosts),
  };
}

async function run(context: CliContext, typed: AddOptions): Promise<void> {
  const paths = serverPaths(context.root);
  const isWhole = typed.client !== undefined && typed.image !== undefined;
  if (!isWhole && !context.isTerminal)
    throw new UserError(
      `addclients needs ${typed.client === undefined ? '-client' : '-image'}`,
      'Every flag is explained by: addclients --help; on a terminal it asks.',
    );
  const options = isWhole ? typed : await askForClients(typed, await listImages(context.io, paths));
  const image = options.image ?? '';
  const added = await newHosts(context, options, image);
  const master = under(paths.scripts, `${image}.master`);
  if ((await context.io.readText(master)) === undefined)
    throw new UserError(`there is no script ${master}`, `Run: mkautoinstallscript -image ${image}`);
  await context.carryOut(planAddClients(added, await readFacts(context, added)), options);
  if (!options.dryRun)
    context.print(`${added.length} machines install ${image}: ${added[0]?.host} … ${added.at(-1)?.host}`);
}

/** Makes machines known to this server. */
export const addclientsCommand: CliCommand = {
  name: 'addclients',
  summary: 'make machines known: which script they run, their names and addresses',
  examples: [
    'addclients',
    'addclients -client www -host-range 1-300 -domainname example.com -image web_v1 -ip-range 10.0.0.11-10.0.1.60',
    "addclients -client 'rack{01-12}n{1-40}' -image node_v1 -mac-file macs -group rack,nodes",
  ],
  declare(command, context) {
    command
      .option(
        '--client <names>',
        'what the host names begin with, as www; or all of them: www1-www20, rack{01-12}n{1-40}',
      )
      .option('--host-range <n-m>', 'the numbers after it, as 1-20 or 01-20')
      .option('--image <name>', 'the image whose script they run')
      .option('--domainname <domain>', 'their domain')
      .option('--ip-range <a-b>', 'their addresses, as 10.0.0.11-10.0.0.30')
      .option('--netmask <mask>', 'of their network, as 255.255.254.0: network and broadcast address are left out')
      .option('--mac-file <file>', 'lines of HOST MAC, for fixed addresses by DHCP')
      .option(
        '--group <names>',
        'groups that they are in besides those of groups.toml, as web,rack1; without it those that they were in',
        (text: string) => text.split(',').filter(Boolean),
      )
      .option('--dry-run', 'show what would be written')
      .action((options: AddOptions) => run(context, options));
  },
};
