import { createHash } from 'node:crypto';
import net from 'node:net';
import { signedFiles } from '../common/boot/firmware-files.ts';
import { hostPart } from '../common/model/names.ts';
import { UserError } from '../common/system/errors.ts';
import { hostProgram, refuseMissing } from '../common/system/host-files.ts';
import type { Io } from '../common/system/io.ts';
import { type AbsPath, under } from '../common/system/place.ts';
import { readHosts } from '../server/config/hosts-json.ts';
import { type ServerPaths, serverPaths } from '../server/config/paths.ts';
import { readServerConfig, type ServerConfig } from '../server/config/server-toml.ts';
import { bootKnowledge } from '../server/netboot/knowledge.ts';
import { type BootChoice, type BootKnowledge, choiceWords, decideBoot } from '../server/netboot/netboot.ts';
import { type Medium, findDrive } from './medium.ts';
import { type Accel, accelFor } from './qemu/accel.ts';
import { emulators } from './qemu/argv.ts';
import { uefiOf } from './qemu/firmware.ts';
import { checkBridge } from './bridge.ts';
import { checkWindow, displaysOf } from './screen.ts';
import { type DiskState, keptDisk, readDisk, varsBeside } from './disks.ts';
import type { VmWish } from './wish.ts';

/** Who the machine is for the image server. */
export type Who = { host?: string; domain?: string; mac: string; isMacMade: boolean };

/** What is found before a machine starts. */
export type VmFacts = {
  paths: ServerPaths;
  config: ServerConfig;
  who: Who;
  medium: Medium;
  disks: DiskState[];
  /** The variables of the UEFI lie beside the first disk already. */
  hasVars: boolean;
  accel: Accel;
  /** What the image server answers the machine. */
  boot: { boot: BootChoice; why: string };
  knows: () => Promise<BootKnowledge>;
};

/** A MAC made from a name, in the locally administered range of QEMU (52:54:00). */
export function macFrom(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `52:54:00:${hex.replaceAll(/(..)(?=.)/g, '$1:')}`;
}

async function readWho(io: Io, paths: ServerPaths, typed: string | undefined): Promise<Who> {
  if (typed === undefined) return { mac: macFrom('vm'), isMacMade: true };
  const hosts = await readHosts(io, paths.hosts);
  const host = hostPart(typed);
  const known = hosts.find((one) => one.host === host);
  const hasScript = host !== undefined && (await io.lstat(under(paths.scripts, `${host}.sh`))) !== undefined;
  if (host === undefined || (!known && !hasScript))
    throw new UserError(
      `the image server knows no host ${typed}: ${paths.hosts} does not list it, and ${paths.scripts} has no script for it`,
      `lsclients lists the hosts; addclients -client ${host ?? 'web1'} -image IMAGE adds one.`,
    );
  const { domain, mac } = known ?? {};
  return { host, domain, mac: mac ?? macFrom(host), isMacMade: mac === undefined };
}

/** Reads and checks all that the machine needs; UserError for the first thing that is missing. */
export async function readVmFacts(io: Io, root: AbsPath, wish: VmWish): Promise<VmFacts> {
  const paths = serverPaths(root);
  const { arch, firmware } = wish;
  await refuseMissing('vm', neededFiles(wish));
  if (wish.screen?.kind === 'window') checkWindow(process.env, await displaysOf(io, emulators[arch].program));
  if (wish.bridge !== undefined) await checkBridge(io, wish.bridge, process.getuid?.() === 0);
  const [config, who, medium] = await Promise.all([
    readServerConfig(io, paths.config),
    readWho(io, paths, wish.host),
    findDrive(io, wish.medium),
  ]);
  const disks = await Promise.all(wish.disks.map((disk) => readDisk(io, disk)));
  const knows = bootKnowledge(io, paths, config.unknown);
  const boot = decideBoot(who.mac, await knows());
  if (medium.kind === 'pxe' && !wish.bridge) {
    await refuseAway(config.ports.http, 'HTTP');
    await refuseAway(config.ports.rsync, 'rsync');
    if (firmware !== 'bios') await refuseUnbuilt(io, paths, arch);
    if (boot.boot === 'local' && disks.every((disk) => disk.isNew))
      throw new UserError(
        `the image server has ${who.host} start its own disk (${boot.why}), and all its disks are new and empty`,
        `To install: systemimager netboot ${boot.host ?? who.mac} --install. To start an installed disk: --disk FILE`,
      );
  }
  const kept = keptDisk(disks);
  const hasVars = kept !== undefined && (await io.stat(varsBeside(kept, firmware))) !== undefined;
  return { paths, config, who, medium, disks, hasVars, accel: await accelFor(arch), boot, knows };
}

function neededFiles({ arch, firmware, disks }: VmWish) {
  const { code, package: uefi } = uefiOf({ arch, secureBoot: firmware === 'secure' });
  return [
    hostProgram(emulators[arch].program, emulators[arch].package),
    ...(firmware === 'bios' ? [] : [{ name: uefi, places: [code] }]),
    ...(disks.length > 0 ? [hostProgram('qemu-img', 'qemu-utils')] : []),
  ];
}

/** QEMU's own network leads 10.0.2.2 to this computer's loopback. */
async function refuseAway(port: number, what: string): Promise<void> {
  if (await answers(port)) return;
  throw new UserError(
    `no image server answers on this computer: nothing listens on port ${port} (${what})`,
    'Run as root on this computer: systemimager serve. For another image server, boot from a medium: --medium FILE',
  );
}

const answerLimitMs = 5000;

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port, timeout: answerLimitMs });
    const end = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket
      .on('connect', () => end(true))
      .on('error', () => end(false))
      .on('timeout', () => end(false));
  });
}

/** UEFI gets shim, grub, kernel and initrd by TFTP from the files of `build boot`. */
async function refuseUnbuilt(io: Io, { boot }: ServerPaths, arch: VmWish['arch']): Promise<void> {
  const signed = Object.values(signedFiles).filter((one) => one.arch === arch);
  for (const name of ['kernel', 'initrd.img', ...signed.map(({ from }) => `grub/${from}`)])
    if ((await io.stat(under(boot, arch, name))) === undefined)
      throw new UserError(`there is no ${under(boot, arch, name)}`, `Run: systemimager build boot --arch ${arch}`);
}

/** What the image server has the machine do, as a sentence. */
export const bootSentence = ({ who, boot }: VmFacts): string =>
  `At a network boot, ${who.host ?? 'the machine'} ${choiceWords[boot.boot]}: ${boot.why}.`;
