import type { CliCommand, CliContext } from '../../common/cli.ts';
import { readArchitecture } from '../../common/boot/architectures.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { cacheFolder } from '../../common/system/cache-folder.ts';
import { checkHost } from '../host-packages.ts';
import { sourceKernel, sourceKernelPackages } from '../kernel/source/source-kernel.ts';
import { withBuildLock } from '../lock.ts';
import { openApt } from '../packages/apt.ts';
import { packageLibrary } from '../packages/library.ts';
import type { BuildContext } from '../run.ts';

type Options = { update?: boolean; dryRun?: boolean };

/** `systemimager build kernel`: compiles the kernel that `build boot --kernel source` takes. */
export const buildKernelCommand: CliCommand = {
  name: 'build kernel',
  summary: "compile Debian's source of Linux into one kernel that needs no modules",
  examples: ['systemimager build kernel', 'systemimager build boot --kernel source'],
  declare(command, context) {
    command
      .option('--update', 'download the package lists of Debian again')
      .option('--dry-run', 'tell what would be compiled, and compile nothing')
      .action(async (options: Options) => build(context, options));
  },
};

async function build(context: CliContext, options: Options): Promise<void> {
  const architecture = readArchitecture();
  const cache = cacheFolder(process.env);
  if (options.dryRun)
    return context.print(`Would compile Debian's linux-source with kernel-config/, and keep the kernel in ${cache}`);
  await checkHost('kernel', architecture);
  const buildContext: BuildContext = { io: context.io, signal: context.signal, say: sayLine };
  // Compiling has a lock of its own, so that builds of BOEL do not wait for an hour.
  const library = await withBuildLock(buildContext, cache, async () => {
    const apt = await openApt(buildContext, cache, architecture, { update: options.update ?? false });
    const found = packageLibrary(buildContext, apt, architecture, cache);
    await found.prefetch(sourceKernelPackages(found));
    return found;
  });
  const { kernel } = await sourceKernel(buildContext, library, cache);
  const bytes = (await context.io.stat(kernel))?.sizeBytes ?? 0;
  context.print(`${kernel} ${(bytes / 1024 ** 2).toFixed(1)} MiB`);
  context.print('systemimager build boot --kernel source takes this kernel.');
}
