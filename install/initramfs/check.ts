import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { State } from '../../common/model/state.ts';
import type { Step } from '../../common/system/step.ts';
import { disksOf, mountOf } from '../bootloaders/boot-place.ts';
import { inChroot } from '../chroot/in-chroot.ts';
import { type DiskDevice, devicesOf } from './disk-devices.ts';
import { initramfsMakers } from './index.ts';
import { type CheckedKernel, judge } from './judge.ts';
import { readKernelModules } from './kernel-modules.ts';
import { bootKernels } from './kernels.ts';
import type { InitramfsMaker, Remake } from './maker.ts';
import { bootNeeds } from './missing.ts';
import { readInitramfs } from './read-initramfs.ts';
import { rootVolumes, volumeModule, volumePrograms } from './root-volumes.ts';
import { readUnifiedImage } from './unified-image.ts';

export type InitramfsFacts = {
  kernels: CheckedKernel[];
  devices: DiskDevice[];
  maker: { maker: InitramfsMaker; facts: unknown } | undefined;
  /** Programs for the volumes of the root that the image itself lacks. */
  lacking: ReturnType<typeof volumePrograms>;
};

/** Reads the kernels of the tree below `root`, and the devices that the disks of its root hang on. */
export async function probeInitramfs(io: ReadIo, root: AbsPath, state: State): Promise<InitramfsFacts> {
  const tree = inside(io, root);
  const kernels: CheckedKernel[] = [];
  for (const kernel of await bootKernels(tree, state)) {
    const file = kernel.initramfs && (await tree.read(kernel.initramfs));
    const image = file && kernel.isUnified ? readUnifiedImage(file) : undefined;
    const data = image?.initrd ?? file;
    const content = data ? await readInitramfs(data) : { names: [], texts: {} };
    const modules = await readKernelModules(tree, kernel.version);
    kernels.push({ ...kernel, modules, content, ...(image ? { commandLine: image.commandLine } : {}) });
  }
  const devices = new Map<string, DiskDevice>();
  for (const name of new Set(['/', '/usr'].flatMap((dir) => disksOf(state, dir).map((disk) => disk.name))))
    for (const device of await devicesOf(io, state.disks[name]?.path as AbsPath)) devices.set(device.path, device);
  let maker: InitramfsFacts['maker'];
  for (const one of initramfsMakers) {
    const made = maker ? undefined : await one.probe(tree);
    if (made !== undefined) maker = { maker: one, facts: made };
  }
  const lacking: InitramfsFacts['lacking'] = [];
  for (const one of volumePrograms(Object.values(rootVolumes(state)))) {
    const places = ['/usr/sbin', '/sbin', '/usr/bin'] as const;
    if (!(await tree.firstOf(places.map((folder) => under(folder, one.program))))) lacking.push(one);
  }
  return { kernels, devices: [...devices.values()], maker, lacking };
}

/** The type that `mkfs` makes; fstab may say auto. */
const typeOf = (state: State, device: string | undefined) =>
  state.filesystems.find((one) => one.device === device)?.type;

/** Remakes each initramfs that could not reach this machine's root, and says why. */
export function planInitramfs(facts: InitramfsFacts, root: AbsPath, state: State): { steps: Step[]; say: string[] } {
  if (facts.kernels.length === 0)
    throw new UserError(
      'the image has no kernel in /boot, and no entry of its boot loader names one',
      'Install a kernel on the golden client, and take the image again.',
    );
  const early = [mountOf(state, '/'), mountOf(state, '/usr')].filter((mount) => mount !== undefined);
  const types = new Set(early.map(({ device, type }) => typeOf(state, device) ?? type));
  const volumes = rootVolumes(state);
  const [lacking] = facts.lacking;
  if (lacking)
    throw new UserError(
      `the root filesystem lies on ${Object.keys(volumes).join(' on ')}, and the image has no ${lacking.program} to start it`,
      `Install ${lacking.package} on the golden client, and take the image again; or give / a partition of its own.`,
    );
  const mappers = new Set(Object.values(volumes).map(volumeModule));
  const say: string[] = [];
  const steps: Step[] = [];
  const made = new Map<string, AbsPath>();
  for (const kernel of facts.kernels) {
    const name = `The initramfs of kernel ${kernel.version}`;
    if (!kernel.modules) {
      say.push(`Kernel ${kernel.version} has no modules in the image: it is taken to have all it needs built in.`);
      continue;
    }
    const needs = bootNeeds(kernel.modules, facts.devices, [...types], [...mappers]);
    const { missing, reason, commandLine } = judge({ ...kernel, modules: kernel.modules }, needs, volumes, state);
    if (reason === undefined) {
      say.push(`${name} has what this machine needs: ${needs.map((need) => need.anyOf[0]).join(', ')}.`);
      continue;
    }
    if (!facts.maker)
      throw new UserError(
        `${name} ${kernel.initramfs ? reason : 'is missing'}, and the image has none of ${initramfsMakers.map((one) => one.name).join(', ')}`,
        'Make one that fits on the golden client, and take the image again.',
      );
    if (kernel.isUnified && !facts.maker.maker.unifies)
      throw new UserError(
        `${kernel.kernel} of kernel ${kernel.version} ${reason}, and ${facts.maker.maker.name} makes no such image anew`,
        'Make one that fits on the golden client (all drivers, root=UUID=…), and take the image again.',
      );
    say.push(`${name} ${kernel.initramfs ? reason : 'is missing'}: it is made anew.`);
    const { version, initramfs, newInitramfs, modules } = kernel;
    const file = initramfs ?? newInitramfs;
    const twin = kernel.isUnified ? undefined : made.get(version);
    if (!kernel.isUnified) made.set(version, file);
    if (twin) {
      steps.push({ why: `Copy it to ${file}`, kind: 'copy', from: { root, path: twin }, to: { root, path: file } });
      continue;
    }
    const request: Remake = {
      root,
      version,
      file,
      isNew: initramfs === undefined,
      modules: missing.map((one) => ({ name: one, path: modules.loadable.get(one) })),
      ...(commandLine === undefined ? {} : { unified: { commandLine } }),
    };
    steps.push(...facts.maker.maker.remake(facts.maker.facts, request));
  }
  return { say, steps: steps.length > 0 ? [inChroot(root, 'Make the initramfs fit for this machine', steps)] : [] };
}
