import type { CliCommand, CliContext } from '../../common/cli.ts';
import { under } from '../../common/system/place.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { cacheFolder } from '../../common/system/cache-folder.ts';
import { checkHost } from '../host-packages.ts';
import { withBuildLock } from '../lock.ts';
import { architectures } from '../../common/boot/architectures.ts';
import type { BuildContext } from '../run.ts';
import { readArchitecture } from '../../common/boot/architectures.ts';

type Options = { arch?: string; update?: boolean; dryRun?: boolean };

async function build(context: CliContext, options: Options): Promise<void> {
  const architecture = readArchitecture(options.arch);
  const file = under(context.root, 'var/lib/systemimager/boot', architecture, 'client.tar.gz');
  if (options.dryRun)
    return context.print(`Would write ${file}: prepareclient, updateclient, and the Node that they run on`);
  await checkHost('client', architecture);
  // The bundler is loaded only for a build, because loading it takes long.
  const { buildClient } = await import('../client.ts');
  const cache = cacheFolder(process.env);
  const buildContext: BuildContext = { io: context.io, signal: context.signal, say: sayLine };
  const bytes = await withBuildLock(buildContext, cache, () =>
    buildClient(buildContext, { architecture, file, cache, update: options.update ?? false }),
  );
  context.print(`${file} ${(bytes / 1024 ** 2).toFixed(1)} MiB`);
  context.print(`On a golden client: wget -qO- http://THIS-SERVER:8181/boot/${architecture}/client.tar.gz | tar -xz`);
  context.print('and then: systemimager-client/prepareclient --server THIS-SERVER');
}

/** `systemimager build client`: makes the program for golden clients, which have no Node. */
export const buildClientCommand: CliCommand = {
  name: 'build client',
  summary: 'build the program with prepareclient and updateclient for machines that have no Node',
  examples: ['systemimager build client', 'systemimager build client --arch arm64'],
  declare(command, context) {
    command
      .option('--arch <name>', `architecture of the machines: ${architectures.join(' or ')} (default: as this machine)`)
      .option('--update', 'download the package lists of Debian again')
      .option('--dry-run', 'print the name of the file to build, and build nothing')
      .action(async (options: Options) => build(context, options));
  },
};
