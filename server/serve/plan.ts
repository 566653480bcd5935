import type { Argv } from '../../common/system/io.ts';
import { type Group, printGroups } from '../../common/model/groups.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { imagesMode, type ServerPaths } from '../config/paths.ts';
import type { KnownHost } from '../config/hosts-json.ts';
import { grubFiles, planGrubFiles } from '../netboot/grub-script.ts';
import { bootsByGrub, planSignedFiles } from '../netboot/signed-files.ts';
import { dhcpHosts, dnsmasqConf } from './dnsmasq-conf.ts';
import { rsyncdConf } from './rsyncd-conf.ts';
import type { ServeFacts } from './serve-facts.ts';
import type { Service } from './supervise.ts';
import { webService, webSettingsStep } from './web-service.ts';

/** The folder of the boot programs in Debian's package ipxe. */
export const ipxeFolder: AbsPath = '/usr/lib/ipxe';

/** The mode of files that dnsmasq must be able to read after it has become another user. */
const publicFile = 0o644;
/** The mode of the folder of images, which hold password hashes: only root may enter it. */
const privateDir = 0o700;

/**
 * The kernel forgets that a program must end with us when the program changes its user (prctl(2), PR_SET_PDEATHSIG). A shell in
 * between ends with us, and ends the program. Both are one process group, so our signals reach both. The shell text has no data.
 */
const changesUser = (argv: Argv): Argv => {
  const watch =
    '"$@" & trap "kill $!" TERM; trap : HUP; while kill -0 $! 2>/dev/null; do wait $!; code=$?; done; exit $code';
  return ['sh', '-c', watch, 'sh', ...argv];
};

/** The step that writes rsyncd.conf; it is done again whenever an image comes or goes. */
export async function rsyncdConfStep(facts: ServeFacts): Promise<Step> {
  const { paths, config, networks, images } = facts;
  const content = await rsyncdConf({ paths, config, networks, images });
  const at = here(under(paths.run, 'rsyncd.conf'));
  return { why: 'Write the configuration of the rsync daemon', kind: 'write', at, content, mode: 0o600 };
}

/** The step that tells machines which groups they are in. */
export function groupsStep(paths: ServerPaths, groups: readonly Group[]): Step {
  const at = here(under(paths.scripts, 'groups'));
  return { why: 'Write the groups of hosts', kind: 'write', at, content: printGroups(groups), mode: publicFile };
}

/** The step that writes the addresses and names of known machines for dnsmasq. */
export function dhcpHostsStep(paths: ServerPaths, hosts: readonly KnownHost[]): Step {
  const at = here(under(paths.run, 'dhcp-hosts'));
  return {
    why: 'Write the known machines for dnsmasq',
    kind: 'write',
    at,
    content: dhcpHosts(hosts),
    mode: publicFile,
  };
}

/** The files for grub, if UEFI machines boot by grub; none if they boot by iPXE. */
export async function grubTold({ dhcp, config, ports, hosts, netboot }: ServeFacts): Promise<Map<string, string>> {
  if (!dhcp || bootsByGrub(config.dhcp.secure_boot, dhcp.ipxe, dhcp.mode === 'proxy').length === 0) return new Map();
  const server = { address: dhcp.card.address, httpPort: ports.http, rsyncPort: ports.rsync, append: config.append };
  return grubFiles({ netboot, hosts, unknown: config.unknown }, server);
}

async function grubSteps(facts: ServeFacts): Promise<Step[]> {
  const { paths } = facts;
  const told = await grubTold(facts);
  if (told.size === 0) return [];
  const folder = under(paths.tftp, 'grub');
  return [
    { why: 'Remove the old configuration of grub', kind: 'run', argv: ['rm', '-rf', '--', folder] },
    { why: 'Make the folder for the configuration of grub', kind: 'mkdir', at: here(folder) },
    ...planSignedFiles(paths),
    ...planGrubFiles(paths, new Map(), told),
  ];
}

/** The HTTP server writes the reports, and another user may have run it before. */
function reportOwnerSteps({ paths, web: { user } }: ServeFacts): Step[] {
  if (!user) return [];
  const argv: Argv = ['chown', '-R', '--no-dereference', `${user.uid}:${user.gid}`, paths.reports];
  return [{ why: `Give the reports to ${user.name}`, kind: 'run', argv }];
}

/** Folders and configurations, and the programs to keep running. */
export async function planServe(facts: ServeFacts): Promise<{ steps: Step[]; services: Service[] }> {
  const { paths, ports } = facts;
  const folder = (path: AbsPath, mode?: number): Step => {
    return { why: `Make the folder ${path}`, kind: 'mkdir', at: here(path), mode };
  };
  const folders = [
    folder(paths.images, imagesMode),
    ...[paths.scripts, paths.overrides, paths.boot, paths.reports, paths.log, paths.run].map((one) => folder(one)),
  ];
  const steps = [
    ...folders,
    folder(paths.images, privateDir),
    groupsStep(paths, facts.groups),
    await rsyncdConfStep(facts),
    ...reportOwnerSteps(facts),
    webSettingsStep(facts),
  ];
  const rsync: Argv = [
    ...(['rsync', '--daemon', '--no-detach'] as const),
    `--config=${under(paths.run, 'rsyncd.conf')}`,
    `--port=${ports.rsync}`,
  ];
  const services: Service[] = [
    { name: 'rsync', argv: rsync, ready: { kind: 'tcp', host: '127.0.0.1', port: ports.rsync } },
    webService(facts),
  ];
  if (!facts.dhcp) return { steps, services };

  const { ipxe } = facts.dhcp;
  const conf = under(paths.run, 'dnsmasq.conf');
  const text = await dnsmasqConf({ ...facts.dhcp, paths, config: facts.config, httpPort: ports.http });
  steps.push(
    folder(paths.tftp),
    ...ipxe.map((name): Step => {
      return {
        why: `Offer ${name} by TFTP`,
        kind: 'copy',
        from: here(under(ipxeFolder, name)),
        to: here(under(paths.tftp, name)),
      };
    }),
    ...(await grubSteps(facts)),
    dhcpHostsStep(paths, facts.hosts),
    { why: 'Write the configuration of dnsmasq', kind: 'write', at: here(conf), content: text, mode: publicFile },
  );
  services.push({
    name: 'dnsmasq',
    argv: changesUser(['dnsmasq', '--keep-in-foreground', `--conf-file=${conf}`]),
    ready: { kind: 'line', text: 'started, version' },
    logFile: under(paths.log, 'dnsmasq.log'),
  });
  return { steps, services };
}

/** The services as steps, for --dry-run. */
export function printableServices(services: readonly Service[]): Step[] {
  return services.map((service): Step => {
    const { name, argv, ready } = service;
    return {
      why: `Start ${name}, and start ${name} again whenever it ends`,
      kind: 'start',
      name,
      argv,
      ready,
      limitMs: 10_000,
    };
  });
}
