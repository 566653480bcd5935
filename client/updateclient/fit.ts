import type { ImageFacts, RootNeeds } from '../../common/model/image-facts.ts';
import { rsyncUrl } from '../../common/model/server-address.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import { elfMachine, kernelHeadBytes } from '../../install/boot-files/kernel-file.ts';
import { type DiskDevice, devicesOf } from '../../install/initramfs/disk-devices.ts';
import { quick } from '../../install/transports/rsync-daemon.ts';
import type { Mounted } from './filesystems.ts';
import type { Change } from './plan.ts';
import type { Wish } from './probe.ts';

/** What of the machine and of the image must fit together. */
export type FitFacts = {
  /** A program of both, and its processor here and in the image, in the words of Node’s process.arch. */
  processor?: { program: string; here: string; image: string };
  /** Of the running machine: its kernel, and what the image’s kernel cannot drive. */
  undriven: ImageFacts['undriven'];
  kernel: string;
  devices: DiskDevice[];
};

/** Small programs that every distribution has, by the paths that a machine may have. */
const programs = ['usr/bin/env', 'usr/bin/true', 'bin/true', 'bin/busybox', 'usr/bin/bash', 'bin/bash', 'bin/sh'];

async function probeProcessor(io: Io, { server, image, directory }: Wish, changes: readonly Change[]) {
  const program = programs.find((path) =>
    changes.some(
      (one) => one.path === path && one.kind === 'file' && (one.reason === 'changed' || one.reason === 'older'),
    ),
  );
  if (program === undefined) return undefined;
  const at: AbsPath = '/run/systemimager/program';
  const exit = await io.run({ argv: ['rsync', ...quick, rsyncUrl(server, `${image}/${program}`), at] });
  const theirs = exit.code === 0 ? await io.readPart(at, 0, kernelHeadBytes) : undefined;
  await io.remove(at);
  const ours = await io.readPart({ root: directory, path: under('/', program) }, 0, kernelHeadBytes);
  const [here, there] = [ours && elfMachine(ours), theirs && elfMachine(theirs)];
  return here && there ? { program: `/${program}`, here, image: there } : undefined;
}

/** The folders in /sys of the disks below a mounted filesystem. */
async function disksBelow(io: ReadIo, name: string): Promise<AbsPath[]> {
  const node: AbsPath = `/sys/class/block/${name}`;
  const link = await io.readLink(node);
  if (link === undefined) return [];
  const slaves = (await io.list(under(node, 'slaves'))) ?? [];
  if (slaves.length > 0) return (await Promise.all(slaves.map((one) => disksBelow(io, one)))).flat();
  return [absPath(`/sys/class/block/${link}`)];
}

async function probeNeeds(io: ReadIo, mounts: readonly Mounted[]): Promise<{ devices: DiskDevice[]; types: string[] }> {
  const early = mounts.filter(({ dir }) => dir === '/' || dir === '/usr');
  const paths: AbsPath[] = [];
  for (const { source } of early) {
    const real = source.startsWith('/dev/mapper/') ? ((await io.readLink(absPath(source))) ?? source) : source;
    paths.push(...(await disksBelow(io, real.split('/').pop() ?? '')));
  }
  const devices = (await Promise.all([...new Set(paths)].map((path) => devicesOf(io, path)))).flat();
  return { devices, types: [...new Set(early.map(({ type }) => type))] };
}

/** Asks machine and server; a server that does not tell about its images leaves `undriven` out. */
export async function probeFit(
  io: Io,
  wish: Wish,
  mounts: readonly Mounted[],
  changes: readonly Change[],
  say: (line: string) => void,
): Promise<FitFacts> {
  const processor = await probeProcessor(io, wish, changes);
  const kernel = ((await io.readText('/proc/sys/kernel/osrelease')) ?? '').trim();
  const isRunning = wish.directory === '/';
  const needs: RootNeeds & { devices: DiskDevice[] } = isRunning
    ? await probeNeeds(io, mounts)
    : { devices: [], types: [] };
  const isAsked = isRunning && changes.some(({ path }) => /^(boot|(usr\/)?lib\/modules)\//.test(path));
  const facts = isAsked
    ? await wish.source.facts(io, wish.image, ['/'], needs).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        say(`whether the image’s kernel fits this machine was not checked: ${error.message}`);
        return undefined;
      })
    : undefined;
  return { processor, kernel, devices: needs.devices, undriven: facts?.undriven };
}

/** Refuses an image for another machine. */
export function checkFit({ processor, undriven, kernel, devices }: FitFacts, image: string): void {
  if (processor && processor.here !== processor.image)
    throw new UserError(
      `image ${image} is for processors of the kind ${processor.image}, and this machine is ${processor.here} (${processor.program}); nothing was changed`,
      'Choose an image for this machine.',
    );
  // The machine runs on the very kernel.
  if (!undriven || undriven.kernel === kernel) return;
  const device = devices.find(({ modalias }) => undriven.modaliases.includes(modalias));
  const lacks = [
    ...(device ? [`the driver of this machine’s disk (${device.driver} for ${device.path})`] : []),
    ...undriven.types.map((type) => `${type}, the type of this machine’s root filesystem`),
  ];
  if (lacks.length > 0)
    throw new UserError(
      `kernel ${undriven.kernel} of image ${image} lacks ${lacks.join(' and ')}: the machine would not start with it; nothing was changed`,
      'Install a kernel that has it into the image (`systemimager chroot`), or choose another image.',
    );
}
