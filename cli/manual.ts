import path from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import type { CliCommand, CliContext } from '../common/cli.ts';
import { apply } from '../common/system/apply.ts';
import { UserError } from '../common/system/errors.ts';
import { absPath, type AbsPath, here, under } from '../common/system/place.ts';
import type { Step } from '../common/system/step.ts';
import { bashCompletion } from './completion/bash.ts';
import { declaredCommands } from './declared.ts';
import { overviewPage } from './man/overview.ts';
import { commandPage } from './man/page.ts';

const top = absPath(path.resolve(import.meta.dirname, '..'));

/** The names in bin/ other than `systemimager`. */
async function classicNames({ io }: CliContext): Promise<Set<string>> {
  return new Set(((await io.list(under(top, 'bin'))) ?? []).filter((name) => name !== 'systemimager'));
}

async function writeAll(context: CliContext, dir: AbsPath, files: { file: string; text: string }[]): Promise<void> {
  if ((await context.io.lstat(dir))?.kind !== 'dir')
    throw new UserError(`${dir} is no directory`, 'Name one that is there.');
  const steps = files.map(({ file, text }): Step => {
    return { why: `Write ${file}`, kind: 'write', at: here(under(dir, file)), content: text, mode: 0o644 };
  });
  await apply(steps, context.io, { signal: context.signal });
  context.print(`${dir}: ${steps.length} files`);
}

async function writePages(context: CliContext, all: readonly CliCommand[], dir: AbsPath): Promise<void> {
  const common = { version: packageJson.version, classic: await classicNames(context) };
  const declared = declaredCommands(all, context);
  await writeAll(context, dir, [overviewPage(declared, common), ...declared.map((one) => commandPage(one, common))]);
}

async function writeCompletion(context: CliContext, all: readonly CliCommand[], dir: AbsPath): Promise<void> {
  const classic = await classicNames(context);
  // bash-completion looks for a file of the command's name.
  const text = bashCompletion(declaredCommands(all, context), classic);
  await writeAll(
    context,
    dir,
    ['systemimager', ...classic].map((file) => ({ file, text })),
  );
}

const folder = (typed: string) => absPath(path.resolve(typed));

/** What `make install` calls: the pages of the manual and the completion, made from the commands’ own declarations. */
export function manualCommands(all: () => readonly CliCommand[]): CliCommand[] {
  return [
    {
      name: 'man',
      summary: 'write the pages of the manual',
      isHidden: true,
      declare(command, context) {
        command
          .argument('<dir>', 'directory for the pages, such as /usr/local/share/man/man8')
          .action((dir: string) => writePages(context, all(), folder(dir)));
      },
    },
    {
      name: 'completion',
      summary: 'write the completion for bash',
      isHidden: true,
      declare(command, context) {
        command
          .argument('<dir>', 'directory for the files, such as /usr/local/share/bash-completion/completions')
          .action((dir: string) => writeCompletion(context, all(), folder(dir)));
      },
    },
  ];
}
