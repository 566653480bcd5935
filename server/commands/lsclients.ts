import type { CliCommand, CliContext } from '../../common/cli.ts';
import { table } from '../../common/table.ts';
import { serverPaths } from '../config/paths.ts';
import { sayBroken } from '../config/json-file.ts';
import { allClients, type Client, readClientFacts } from '../hosts/clients.ts';
import { outcomeWords } from '../reports/words.ts';

type Options = { json?: boolean; verbose?: boolean };

function scriptWords({ script, image }: Client): string {
  switch (script.kind) {
    case 'absent':
      return 'no script';
    case 'ours':
      return image ?? '';
    case 'foreign':
      return 'a script of its own';
  }
}

/** A fixed address, or the one of the last installation. */
function addressWords({ ip, installation }: Client): string {
  if (ip !== undefined) return ip;
  return installation?.ip === undefined ? '-' : `${installation.ip} (last)`;
}

/** The MAC of hosts.json, or the MAC of the last installation. */
function macWords({ mac, installation }: Client): string {
  return mac ?? (installation === undefined ? '-' : `${installation.mac} (last)`);
}

const heading = ['HOST', 'INSTALLS', 'MAC', 'ADDRESS', 'NETWORK BOOT', 'LAST INSTALLATION'];

function row(client: Client): string[] {
  const { host, boot, installation } = client;
  const last = installation === undefined ? '-' : outcomeWords(installation);
  return [host, scriptWords(client), macWords(client), addressWords(client), boot.boot, last];
}

/** What --json prints of a machine: every field, with null for what is not known. */
function plain(client: Client) {
  const { host, domain = null, mac = null, ip = null, image = null, script, boot, installation = null } = client;
  return { host, domain, mac, ip, image, script, netboot: boot, installation };
}

async function list({ io, root, ...context }: CliContext, options: Options): Promise<void> {
  const print = (line: string) => context.print(line);
  const facts = await readClientFacts(io, serverPaths(root));
  const clients = allClients(facts);
  sayBroken(facts.broken);
  if (options.json) return print(JSON.stringify(clients.map(plain), undefined, 2));
  if (clients.length === 0) return print('No machine is known yet: addclients makes machines known.');
  if (options.verbose) return print(table([heading, ...clients.map(row)], ''));
  for (const { host } of clients) print(host);
}

/** Lists the machines of this server. */
export const lsclientsCommand: CliCommand = {
  name: 'lsclients',
  summary: 'list the machines that this server knows',
  examples: ['lsclients', 'lsclients -verbose', 'lsclients --json'],
  declare(command, context) {
    command
      .option('--verbose', 'also print image, MAC, IP address, next network boot and last installation of each machine')
      .option('--json', 'print everything as JSON')
      .action((options: Options) => list(context, options));
  },
};
