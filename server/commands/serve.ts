import type { Command } from 'commander';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { parsePort } from '../../common/cli-arguments.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath, under } from '../../common/system/place.ts';
import { visible } from '../../common/system/visible.ts';
import { cardAddresses } from '../config/card-addresses.ts';
import { answeredNetworks, ipv4Of } from '../config/networks.ts';
import { ownNames } from '../config/own-names.ts';
import { readGroups } from '../hosts/known-groups.ts';
import { serverPaths } from '../config/paths.ts';
import { readServerConfig } from '../config/server-toml.ts';
import { readHosts } from '../config/hosts-json.ts';
import { lockImage } from '../images/lock.ts';
import { halfSwapped, planFinish } from '../images/swap.ts';
import { isoRemarks } from '../iso/stale-iso.ts';
import { readNetboot } from '../netboot/netboot.ts';
import { dhcpFacts, dhcpRemarks, refuseSecondDhcp } from '../serve/dhcp-facts.ts';
import { type DhcpMode, dhcpModes } from '../serve/dnsmasq-conf.ts';
import { planServe, printableServices } from '../serve/plan.ts';
import type { ServeFacts, WebUser } from '../serve/serve-facts.ts';
import { listImages } from '../images/modules.ts';
import { serve } from '../serve/serve.ts';
import { barrierTo, findUser } from '../serve/service-user.ts';
import { webProgram } from '../serve/web-service.ts';

type Options = {
  interface?: string;
  dhcp?: true | DhcpMode;
  rsyncPort?: number;
  httpPort?: number;
  dryRun?: boolean;
};

/** The user of the HTTP server, and the folder that would bar this user from the server's program or files. */
async function webUser({ io }: CliContext, paths: ServeFacts['paths']): Promise<WebUser> {
  if (process.getuid?.() !== 0) return {};
  const user = await findUser(io, ['systemimager', 'nobody']);
  if (!user) throw new UserError('/etc/passwd has no user nobody', 'Add a user for the HTTP server: systemimager.');
  for (const at of [absPath(process.execPath), webProgram, paths.boot, paths.reports, paths.run]) {
    const barrier = await barrierTo(io, at);
    if (barrier) return { user, barrier };
  }
  return { user };
}

async function gatherFacts(context: CliContext, options: Options): Promise<ServeFacts> {
  const { io, root } = context;
  const paths = serverPaths(root);
  const config = await readServerConfig(io, paths.config);
  const cards = await cardAddresses(io);
  if (options.interface !== undefined) ipv4Of(options.interface, cards);
  return {
    root,
    paths,
    config,
    ports: { rsync: options.rsyncPort ?? config.ports.rsync, http: options.httpPort ?? config.ports.http },
    networks: answeredNetworks(config.networks, cards, options.interface),
    cards,
    names: await ownNames(io, cards, config),
    images: await listImages(io, paths),
    hosts: await readHosts(io, paths.hosts),
    netboot: await readNetboot(io, paths.netboot),
    groups: await readGroups(io, paths),
    web: await webUser(context, paths),
    dhcp:
      options.dhcp &&
      (await dhcpFacts(
        io,
        { mode: options.dhcp === true ? 'server' : options.dhcp, interface: options.interface },
        cards,
        { paths, config },
      )),
  };
}

/** Finishes the renames that a crash interrupted, because machines ask for images by name. */
async function finishSwaps(context: CliContext): Promise<void> {
  const { io } = context;
  const paths = serverPaths(context.root);
  for (const image of await halfSwapped(io, paths.images)) {
    const lock = await lockImage(io, paths, image).catch(() => undefined);
    // A capture works on this image now.
    if (lock === undefined) continue;
    await using _ = lock;
    await context.carryOut(await planFinish(io, paths, image), {});
  }
}

async function run(context: CliContext, options: Options): Promise<void> {
  const { io, signal } = context;
  if (!options.dryRun) await finishSwaps(context);
  const facts = await gatherFacts(context, options);
  if (options.dryRun) {
    const { steps, services } = await planServe(facts);
    return context.carryOut([...steps, ...printableServices(services)], { dryRun: true });
  }
  const log = under(facts.paths.log, 'serve.log');
  await io.mkdir(facts.paths.log);
  const say = (text: string) => {
    const now = io.now().toISOString();
    const lines = visible(text).split('\n');
    for (const line of lines) context.print(`${now.slice(11, 19)} ${line}`);
    io.append(log, lines.map((line) => `${now} ${line}\n`).join('')).catch(() => {});
  };
  say(`answering ${facts.networks === '*' ? 'everybody' : facts.networks.join(', ')}`);
  if (facts.networks === '*')
    say('images hold password hashes and host keys: everybody who reaches this server can read them');
  if (facts.dhcp) {
    await refuseSecondDhcp(facts.dhcp, say);
    for (const line of dhcpRemarks(facts.dhcp, facts.config.dhcp.secure_boot)) say(line);
  }
  for (const line of await isoRemarks(io, facts.paths)) say(line);
  const { user, barrier } = facts.web;
  if (user && barrier)
    say(
      `${user.name} cannot reach below ${barrier}: the HTTP server may read what root may, though the HTTP server writes nothing but reports`,
    );
  try {
    await serve(context, facts, say);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Runs the image server. */
export const serveCommand: CliCommand = {
  name: 'serve',
  summary: 'run the image server: rsync and HTTP; with --dhcp also DHCP, TFTP and PXE',
  examples: [
    'systemimager serve',
    'systemimager serve --dhcp --interface eth1',
    'systemimager serve --dhcp=proxy --interface eth1',
    'systemimager serve --dhcp=none --interface eth1',
  ],
  declare(command: Command, context: CliContext) {
    command
      .option(
        '--interface <name>',
        'network interface of the machines; answer only its networks if server.toml has no networks',
      )
      .option(
        '--dhcp [mode]',
        'server (default): hand out addresses and boot files; proxy: only boot files, beside another DHCP server; none: only TFTP, beside a DHCP server that mkdhcpserver has set up',
      )
      .option(
        '--rsync-port <port>',
        'TCP port of the rsync server (default: rsync in server.toml, else 873)',
        parsePort,
      )
      .option('--http-port <port>', 'TCP port of the HTTP server (default: http in server.toml, else 8181)', parsePort)
      .option('--dry-run', 'print the steps, and change nothing')
      .action(async (options: Options) => {
        if (options.dhcp !== undefined && ![true, ...dhcpModes].includes(options.dhcp))
          throw new UserError(
            `--dhcp=${options.dhcp} is none of ${dhcpModes.join(', ')}`,
            'Say --dhcp or --dhcp=proxy.',
          );
        await run(context, options);
      });
  },
};
