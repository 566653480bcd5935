import fs from 'node:fs/promises';
import packageJson from '../package.json' with { type: 'json' };
import { type AbsPath, under } from '../common/system/place.ts';
import { allNeeds } from '../runtime/needs.ts';
import { boelExecutable, smallPrograms } from './asker/programs.ts';
import { type Busybox, getBusybox } from './busybox/busybox.ts';
import { compilerPackages } from './compiler.ts';
import { grubPackages, writeGrub } from './grub.ts';
import { addEntries, type Entries, type Entry, sortedEntries } from './initrd/entry.ts';
import type { BoelFacts } from './initrd/boel-facts.ts';
import { appletEntries, frameEntries } from './initrd/frame.ts';
import { packOneArchive, packWithSquashfs } from './initrd/initrd.ts';
import type { Compression } from './initrd/squashfs.ts';
import { firmwarePackages } from './kernel/firmware.ts';
import { checkKernel, kernelEntries } from './kernel/kernel-parts.ts';
import { debianKernel, type KernelChoice, ownKernel } from './kernel/kernel.ts';
import { sourceKernel } from './kernel/source/source-kernel.ts';
import type { Architecture } from '../common/boot/architectures.ts';
import { openApt } from './packages/apt.ts';
import { type Library, packageLibrary } from './packages/library.ts';
import { wholePackage } from './packages/tree.ts';
import { Collector } from './packages/programs.ts';
import { moveIn, writeSums } from './output.ts';
import { Phases } from './phases.ts';
import type { BuildContext } from './run.ts';
import { removeLeftovers } from './prune-cache.ts';
import { partsSideBySide } from './side-by-side.ts';
import { bundleProgram, programs } from './sea/bundle.ts';
import { makeExecutable, nodeLibraries } from './sea/executable.ts';
import { type BootReport, sourcesKey } from './stamp.ts';
import { measureTopics, topicBytes } from './topics.ts';

/** What a build of BOEL is made from. */
export type BootInputs = {
  architecture: Architecture;
  /** The folder boot/ARCH that receives kernel, initrd.img, grub/ and SHA256SUMS. */
  folder: AbsPath;
  cache: AbsPath;
  compression: Compression;
  kernel: KernelChoice;
  /** Kernel modules that parts of BOEL need and that this kernel may lack. */
  without: string[];
  /** A local.cfg to bake in. */
  localCfg?: AbsPath;
  addPackages: string[];
  /** Packages of firmware besides those of Debian main, for which the machine's sources must name their component. */
  addFirmware: string[];
  update: boolean;
  /** Pack each topic by itself too, to see what it costs. */
  measureTopics: boolean;
};

/** Builds the kernel and initrd of BOEL. Everything is made beside `folder` first and moved in at the end. */
export async function buildBoot(context: BuildContext, inputs: BootInputs): Promise<BootReport> {
  const { architecture, cache, folder } = inputs;
  const phases = new Phases();
  const apt = await phases.time('package lists', () =>
    openApt(context, cache, architecture, { update: inputs.update }),
  );
  const library = packageLibrary(context, apt, architecture, cache);
  // First, because the administrator may have named wrong files.
  const named =
    inputs.kernel === 'source'
      ? await phases.time('kernel', () => sourceKernel(context, library, cache))
      : inputs.kernel;
  const own =
    named === 'debian' ? undefined : await phases.time('modules', () => ownKernel(context, named, architecture, cache));
  if (own) checkKernel(own, architecture, inputs.without);
  // First, because both compilations open these packages.
  await phases.time('packages', () => library.prefetch(compilerPackages));
  // The compiler, the bundler and the downloads do not depend on each other.
  const [busybox, boel, small] = await partsSideBySide<[Busybox, AbsPath, Entry[], void]>(context, [
    (part) => phases.time('busybox', () => getBusybox(part, library, cache)),
    (part) => phases.time('executable', () => makeBoel(part, architecture, cache)),
    (part) => phases.time('executable', () => smallPrograms(part, library, cache)),
    () => phases.time('packages', () => library.prefetch(packagesOf(library, inputs))),
  ]);
  const kernel = own ?? (await phases.time('packages', () => debianKernel(context, library, cache)));
  context.say(`Kernel: ${kernel.says}`);
  if (!own) checkKernel(kernel, architecture, inputs.without);

  const entries: Entries = new Map();
  const collected = await phases.time('packages', () => collectPrograms(library, boel, inputs.addPackages));
  addEntries(entries, sortedEntries(collected));
  const kernelParts = await phases.time('modules', () => kernelEntries(context, kernel, library, inputs));
  addEntries(entries, kernelParts.entries);
  addEntries(entries, [
    { kind: 'file', at: boelExecutable, from: boel, mode: 0o755, topic: 'node' },
    ...small,
    { kind: 'file', at: '/busybox', from: busybox.file, mode: 0o755, topic: 'busybox' },
  ]);
  addEntries(entries, appletEntries(busybox.applets, new Set(entries.keys())));
  const localCfg = inputs.localCfg && (await fs.readFile(inputs.localCfg));
  const builtSeconds = await newestSeconds(library);
  const facts = await boelFacts(architecture, kernel.version);
  addEntries(entries, await frameEntries({ builtSeconds, boel: facts, localCfg }));

  const all = sortedEntries(entries);
  const work: AbsPath = `${folder}.${process.pid}.tmp`;
  await removeLeftovers(under(folder, '..'));
  await fs.mkdir(under(work, 'out'), { recursive: true });
  try {
    context.say(`Packing ${all.length} files, --compress ${inputs.compression}`);
    const pack = kernelParts.mountsSquashfs ? packWithSquashfs : packOneArchive;
    const initrd = await phases.time('compression', () => pack(context, all, inputs.compression, work));
    const packedTopics = inputs.measureTopics ? await measureTopics(context, all, inputs.compression, work) : undefined;
    await phases.time('output', async () => {
      await fs.writeFile(under(work, 'out/initrd.img'), initrd, { mode: 0o644 });
      await fs.writeFile(under(work, 'out/kernel'), kernel.image, { mode: 0o644 });
      await writeGrub(library, under(work, 'out/grub'));
      await writeSums(under(work, 'out'));
      await moveIn(under(work, 'out'), folder, under(work, 'old'));
    });
    return {
      folder,
      kernel: kernel.says,
      busybox: busybox.says,
      kernelBytes: (await fs.stat(under(folder, 'kernel'))).size,
      initrdBytes: initrd.length,
      topics: await topicBytes(all),
      packedTopics,
      modules: kernelParts.count,
      packages: library.opened().map((one) => `${one.name} ${one.version}`),
      phases: phases.milliseconds(),
    };
  } finally {
    await fs.rm(work, { recursive: true, force: true });
  }
}

/** What the initrd says of itself. */
async function boelFacts(architecture: Architecture, kernel: string): Promise<BoelFacts> {
  const { programs: needed, modules } = allNeeds;
  const needs = { programs: Object.keys(needed).toSorted(), modules: modules.toSorted() };
  return { version: packageJson.version, architecture, kernel, sources: await sourcesKey(), needs };
}

/** The program of the initrd, bundled and joined with Node. */
async function makeBoel(context: BuildContext, architecture: Architecture, cache: AbsPath): Promise<AbsPath> {
  context.say('Bundling boel into one executable');
  const code = await bundleProgram(programs.boel);
  return makeExecutable(context, { name: 'boel', code }, architecture, cache);
}

/** The packages that a build opens, as far as they are known before the first is opened. */
export function packagesOf(library: Library, inputs: BootInputs): string[] {
  const { architecture, addPackages, addFirmware } = inputs;
  const kernel =
    inputs.kernel === 'debian'
      ? library.dependsOf(`linux-image-${architecture}`).filter((name) => name.startsWith('linux-image-'))
      : [];
  const needed = [...Object.values(allNeeds.programs), ...Object.values(allNeeds.data)];
  return [
    ...new Set([
      ...kernel,
      ...compilerPackages,
      ...nodeLibraries,
      ...needed,
      ...firmwarePackages,
      ...grubPackages(architecture),
      ...addPackages,
      ...addFirmware,
    ]),
  ];
}

async function collectPrograms(library: Library, boel: AbsPath, addPackages: readonly string[]): Promise<Entries> {
  const collecting = new Collector(library);
  await collecting.addLibrariesOf(boel, nodeLibraries, 'node');
  for (const [at, name] of Object.entries({ ...allNeeds.programs, ...allNeeds.data }))
    await collecting.add(at, name, 'programs');
  for (const name of addPackages)
    for (const at of wholePackage(await library.open(name))) await collecting.add(at, name, 'added packages');
  return collecting.entries;
}

async function newestSeconds(library: Library): Promise<number> {
  const trees = await Promise.all(library.opened().map((one) => library.open(one.name)));
  return Math.max(...trees.map((tree) => tree.newestSeconds));
}
