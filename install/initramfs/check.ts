import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Target } from '../../common/model/target.ts';
import type { Step } from '../../common/system/step.ts';
import { inChroot } from '../chroot/in-chroot.ts';
import { type DiskDevice, devicesOf } from './disk-devices.ts';
import { initramfsMakers, makerNames } from './index.ts';
import { type CheckedKernel, judge } from './judge.ts';
import { readKernelModules } from './kernel-modules.ts';
import { bootFile, bootKernels } from '../boot-files/kernels.ts';
import type { InitramfsMaker, Remake } from './maker.ts';
import { bootNeeds } from './missing.ts';
import { readInitramfs } from './read-initramfs.ts';
import { rootDisks, rootTypes } from './root-needs.ts';
import { rootVolumes, volumeModule, volumePrograms } from './root-volumes.ts';
import { startedKernel } from '../boot-files/started-kernel.ts';
import { readUnifiedImage } from '../boot-files/unified-image.ts';

export type InitramfsFacts = {
  kernels: CheckedKernel[];
  /** The file of the kernel that the boot loader starts by itself. */
  started: AbsPath | undefined;
  devices: DiskDevice[];
  maker: { maker: InitramfsMaker; facts: unknown } | undefined;
  /** Programs for the volumes of the root that the image itself lacks. */
  lacking: ReturnType<typeof volumePrograms>;
};

/** Reads the kernels of the tree below `root`, and the devices that the disks of its root hang on. */
export async function probeInitramfs(io: ReadIo, root: AbsPath, target: Target): Promise<InitramfsFacts> {
  const tree = inside(io, root);
  const kernels: CheckedKernel[] = [];
  const found = await bootKernels(tree, target);
  const started = (await startedKernel(tree, target, found))?.kernel;
  for (const kernel of found) {
    const file = kernel.initramfs && (await tree.read(kernel.initramfs, bootFile));
    const image = file && kernel.isUnified ? readUnifiedImage(file) : undefined;
    const data = image?.initrd ?? file;
    const content = data ? await readInitramfs(data) : { names: [], texts: {} };
    const modules = await readKernelModules(tree, kernel.version);
    kernels.push({ ...kernel, modules, content, ...(image ? { commandLine: image.commandLine } : {}) });
  }
  const devices = new Map<string, DiskDevice>();
  for (const disk of rootDisks(target))
    for (const device of await devicesOf(io, disk)) devices.set(device.path, device);
  let maker: InitramfsFacts['maker'];
  for (const one of initramfsMakers) {
    const made = maker ? undefined : await one.probe(tree);
    if (made !== undefined) maker = { maker: one, facts: made };
  }
  const lacking: InitramfsFacts['lacking'] = [];
  for (const one of volumePrograms(Object.values(rootVolumes(target)))) {
    const places = ['/usr/sbin', '/sbin', '/usr/bin'] as const;
    if (!(await tree.firstOf(places.map((folder) => under(folder, one.program))))) lacking.push(one);
  }
  return { kernels, started, devices: [...devices.values()], maker, lacking };
}

/** Remakes each initramfs that could not reach this machine's root, and says why. A kernel that is not started may be unfit. */
export function planInitramfs(facts: InitramfsFacts, root: AbsPath, target: Target): { steps: Step[]; say: string[] } {
  if (facts.kernels.length === 0)
    throw new UserError(
      'the image has no kernel in /boot, and no entry of its boot loader names one',
      'Install a kernel on the golden client, and capture the image again.',
    );
  const volumes = rootVolumes(target);
  const [lacking] = facts.lacking;
  if (lacking)
    throw new UserError(
      `the root filesystem lies on ${Object.keys(volumes).join(' on ')}, and the image has no ${lacking.program} to start it`,
      `Install ${lacking.package} on the golden client, and capture the image again; or give / a partition of its own.`,
    );
  const started = facts.kernels.find(({ kernel }) => kernel === facts.started);
  const say: string[] = [];
  const steps: Step[] = [];
  const made = new Map<string, AbsPath>();
  for (const kernel of facts.kernels)
    try {
      const plan = planKernel(facts, kernel, target);
      say.push(plan.say);
      if (!plan.remake) continue;
      const { version, initramfs, newInitramfs, isUnified } = kernel;
      const file = initramfs ?? newInitramfs;
      const twin = isUnified ? undefined : made.get(version);
      if (!isUnified) made.set(version, file);
      if (twin === file) continue;
      if (twin)
        steps.push({
          why: `Copy the initramfs to ${file}`,
          kind: 'copy',
          from: { root, path: twin },
          to: { root, path: file },
        });
      else {
        const remake = plan.remake({ root, version, file, isNew: initramfs === undefined });
        steps.push(...(version === started?.version ? remake : remake.map((step) => mayFail(step, kernel))));
      }
    } catch (error) {
      if (!(error instanceof UserError) || !started || kernel === started) throw error;
      say.push(
        `Warning: ${error.message}; ${kernel.kernel} will not start here, and ${started.kernel} is what the boot loader starts.`,
      );
    }
  return { say, steps: steps.length > 0 ? [inChroot(root, 'Make the initramfs fit for this machine', steps)] : [] };
}

/** Programs that make an initramfs end with 1 or 2 on failure. */
function mayFail(step: Step, { version }: CheckedKernel): Step {
  const meaning = `kernel ${version}, which the boot loader does not start by itself, gets no initramfs and will not start here`;
  return step.kind === 'run' ? { ...step, ok: { ...step.ok, 1: meaning, 2: meaning } } : step;
}

type KernelPlan = { say: string; remake?: (of: Omit<Remake, 'modules' | 'unified'>) => Step[] };

/** Decides about the initramfs of one kernel; UserError if that kernel can never start this machine. */
function planKernel({ devices, maker }: InitramfsFacts, kernel: CheckedKernel, target: Target): KernelPlan {
  const { version, modules } = kernel;
  const name = `The initramfs of kernel ${version}`;
  if (!modules)
    return {
      say: `Kernel ${version} has no modules in the image: this kernel is taken to have every driver built in.`,
    };
  const volumes = rootVolumes(target);
  const mappers = new Set(Object.values(volumes).map(volumeModule));
  const needs = bootNeeds(modules, devices, rootTypes(target), [...mappers]);
  const { missing, reason, commandLine } = judge({ ...kernel, modules }, needs, volumes, target);
  if (reason === undefined)
    return { say: `${name} has what this machine needs: ${needs.map((need) => need.anyOf[0]).join(', ')}.` };
  if (!maker)
    throw new UserError(
      `${name} ${kernel.initramfs ? reason : 'is missing'}, and the image has none of ${makerNames}`,
      'Make one that fits on the golden client, and capture the image again.',
    );
  if (kernel.isUnified && !maker.maker.unifies)
    throw new UserError(
      `${kernel.kernel} of kernel ${version} ${reason}, and ${maker.maker.name} makes no such image anew`,
      'Make one that fits on the golden client (all drivers, root=UUID=…), and capture the image again.',
    );
  return {
    say: `${name} ${kernel.initramfs ? reason : 'is missing'}: the initramfs is made anew.`,
    remake: (of) =>
      maker.maker.remake(maker.facts, {
        ...of,
        modules: missing.map((one) => ({ name: one, path: modules.loadable.get(one) })),
        ...(commandLine === undefined ? {} : { unified: { commandLine } }),
      }),
  };
}
