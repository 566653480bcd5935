import type { Command } from 'commander';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { parseHosts } from '../../common/model/hosts.ts';
import { DomainName, HostName, ImageName } from '../../common/model/names.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath, under } from '../../common/system/place.ts';
import path from 'node:path';
import { serverPaths } from '../config/paths.ts';
import { type AddFacts, isOurLink, type NewHost, planAddClients } from '../hosts/add-clients.ts';
import { parseHostRange, parseIpRange, parseMacFile } from '../hosts/host-range.ts';
import { readHosts } from '../hosts/hosts-json.ts';

type Options = {
  client: string;
  hostRange: string;
  domainname?: string;
  image: string;
  ipRange?: string;
  macFile?: string;
  dryRun?: boolean;
};

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
async function newHosts({ io }: CliContext, options: Options): Promise<NewHost[]> {
  const names = parseHostRange(options.hostRange).map((number) =>
    checked(HostName, `${options.client}${number}`.toLowerCase(), 'host name'),
  );
  const image = checked(ImageName, options.image, 'image name');
  const domain =
    options.domainname === undefined ? undefined : checked(DomainName, options.domainname.toLowerCase(), 'domain name');
  const ips = options.ipRange === undefined ? [] : parseIpRange(options.ipRange);
  if (options.ipRange !== undefined && ips.length !== names.length)
    throw new UserError(`${names.length} machines and ${ips.length} addresses`, 'Give as many addresses as machines.');
  const macFile = options.macFile === undefined ? undefined : absPath(path.resolve(options.macFile));
  const macText = macFile === undefined ? '' : await io.readText(macFile);
  if (macText === undefined) throw new UserError(`${macFile} is not there`, 'Name a file with lines of HOST MAC.');
  const macs = parseMacFile(macText, macFile ?? '');
  return names.map((host, at) => {
    const [ip, mac] = [ips[at], macs.get(host)];
    return { host, ...(domain ? { domain } : {}), ...(ip ? { ip } : {}), ...(mac ? { mac } : {}), image };
  });
}

async function run(context: CliContext, options: Options): Promise<void> {
  const { io } = context;
  const paths = serverPaths(context.root);
  const added = await newHosts(context, options);
  const master = under(paths.scripts, `${options.image}.master`);
  if ((await io.readText(master)) === undefined)
    throw new UserError(`there is no script ${master}`, `Run: mkautoinstallscript -image ${options.image}`);
  const scripts: AddFacts['scripts'] = new Map();
  for (const { host } of added) {
    const at = under(paths.scripts, `${host}.sh`);
    const link = await io.readLink(at);
    const isOurs = link !== undefined && isOurLink(link);
    scripts.set(host, isOurs ? 'ours' : (await io.lstat(at)) === undefined ? 'absent' : 'foreign');
  }
  const hostsLines = parseHosts((await io.readText(under(paths.scripts, 'hosts'))) ?? '');
  const known = await readHosts(io, paths.hosts);
  await context.carryOut(planAddClients(added, { paths, scripts, known, hostsLines }), options);
}

/** Makes machines known to this server. */
export const addclientsCommand: CliCommand = {
  name: 'addclients',
  summary: 'make machines known: which script they run, their names and addresses',
  examples: [
    'addclients --client www --host-range 1-20 --image web_v1 --domainname example.org --ip-range 10.0.0.11-10.0.0.30',
    'addclients --client node --host-range 001-200 --image compute --mac-file macs',
  ],
  declare(command: Command, context: CliContext) {
    command
      .requiredOption('--client <base>', 'what the host names begin with, as www')
      .requiredOption('--host-range <n-m>', 'the numbers after it, as 1-20 or 01-20')
      .requiredOption('--image <name>', 'the image whose script they run')
      .option('--domainname <domain>', 'their domain')
      .option('--ip-range <a-b>', 'their addresses, as 10.0.0.11-10.0.0.30')
      .option('--mac-file <file>', 'lines of HOST MAC, for fixed addresses by DHCP')
      .option('--dry-run', 'show what would be written')
      .action((options: Options) => run(context, options));
  },
};
