import type { CliCommand, CliContext } from '../../common/cli.ts';
import { under } from '../../common/system/place.ts';
import { cacheFolder } from '../cache.ts';
import { architectures } from '../packages/apt.ts';
import { readArchitecture } from './architecture.ts';

type Options = { arch?: string; dryRun?: boolean };

async function build(context: CliContext, options: Options): Promise<void> {
  const architecture = readArchitecture(options.arch);
  const file = under(context.root, 'var/lib/systemimager/boot', architecture, 'client.tar.gz');
  if (options.dryRun) return context.print(`Would write ${file}: prepareclient and the Node that it runs on`);
  // The bundler is loaded only where something is built.
  const { buildClient } = await import('../client.ts');
  const buildContext = { io: context.io, signal: context.signal, say: (line: string) => context.print(line) };
  const bytes = await buildClient(buildContext, { architecture, file, cache: cacheFolder(process.env) });
  context.print(`${file} ${(bytes / 1024 ** 2).toFixed(1)} MiB`);
  context.print(`On a golden client: wget -qO- http://THIS-SERVER:8181/boot/${architecture}/client.tar.gz | tar -xz`);
  context.print('and then: systemimager-client/prepareclient --server THIS-SERVER');
}

/** `systemimager build client`: makes the program for golden clients, which have no Node. */
export const buildClientCommand: CliCommand = {
  name: 'build client',
  summary: 'make the program that golden clients run: they need no Node',
  examples: ['systemimager build client', 'systemimager build client --arch arm64'],
  declare(command, context) {
    command
      .option('--arch <name>', `for machines of this kind: ${architectures.join(' or ')} (default: as this machine)`)
      .option('--dry-run', 'print what would be built')
      .action(async (options: Options) => build(context, options));
  },
};
