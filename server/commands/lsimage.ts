import type { Command } from 'commander';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { serverPaths } from '../config/paths.ts';
import { factsReader } from '../images/facts.ts';
import { listImages } from '../serve/rsyncd-conf.ts';

type Options = { json?: boolean; size?: boolean };

async function list(context: CliContext, options: Options): Promise<void> {
  const { io, root } = context;
  const print = (line: string) => context.print(line);
  const paths = serverPaths(root);
  const names = await listImages(io, paths);
  if (!options.size) return print(options.json ? JSON.stringify(names) : names.join('\n'));
  const facts = factsReader(io, paths);
  const sums = [];
  for (const name of names) sums.push(await facts(name, ['/']));
  if (options.json) return print(JSON.stringify(sums.map(({ name, bytes, inodes }) => ({ name, bytes, inodes }))));
  for (const { name, bytes, inodes } of sums)
    print(`${name.padEnd(24)} ${(bytes / 1024 ** 2).toFixed(1).padStart(10)} MiB ${String(inodes).padStart(9)} files`);
}

/** Lists the images of this server. */
export const lsimageCommand: CliCommand = {
  name: 'lsimage',
  summary: 'list the images of this server',
  declare(command: Command, context: CliContext) {
    command
      .option('--json', 'as JSON')
      .option('--size', 'with content in MiB and number of files')
      .action((options: Options) => list(context, options));
  },
};
