import type { Command } from 'commander';
import { expect, it } from 'vitest';
import type { CliCommand } from '../common/cli.ts';
import { idleContext } from '../test/helpers/cli-context.ts';
import { allCommands } from './commands.ts';
import { completeFlags } from './abbreviations.ts';
import { declaredCommands } from './declared.ts';
import { doubleDashes } from './double-dashes.ts';
import { makeProgram } from './program.ts';

const commands = await allCommands();

/** What a command line prints, as error or as help, and what its action got. */
async function typed(...words: string[]) {
  const said: string[] = [];
  const did: unknown[] = [];
  const getimage: CliCommand = {
    name: 'getimage',
    summary: 'pull an image',
    examples: ['getimage --golden-client web'],
    declare: (command) =>
      void command
        .requiredOption('--golden-client <host>', 'the machine')
        .option('--dry-run', 'show it')
        .action((options: unknown) => void did.push(options)),
  };
  const context = idleContext();
  const program = makeProgram([getimage, ...commands.filter((one) => one.name !== getimage.name)], context);
  const quiet = (command: Command) => {
    const write = (text: string) => void said.push(text);
    command.exitOverride().configureOutput({ writeOut: write, writeErr: write });
    command.commands.forEach(quiet);
  };
  quiet(program);
  try {
    await program.parseAsync(completeFlags(program, doubleDashes(words)), { from: 'user' });
  } catch (error) {
    said.push(error instanceof Error ? error.message : '');
  }
  return { said: said.join('\n'), did, root: context.root };
}

it('takes one dash for two, and the root from anywhere before the command', async () => {
  const { did, root } = await typed('-root', '/trial', 'getimage', '-golden-client', 'web', '-dry-run');
  expect([did, root]).toEqual([[{ goldenClient: 'web', dryRun: true }], '/trial']);
});
it('completes flags as the classic commands do, where only one begins so', async () => {
  const { did, root } = await typed('-ro=/trial', 'getimage', '-gold', 'web', '-dry');
  expect([did, root]).toEqual([[{ goldenClient: 'web', dryRun: true }], '/trial']);
  expect((await typed('getimage', '-g', 'web')).did).toEqual([{ goldenClient: 'web' }]);
  const { said } = await typed('addclients', '--ho', '1-2', '-i', 'web_v1');
  expect(said).toContain('-i may mean --image or --ip-range');
  expect((await typed('getimage', '-version')).said).toMatch(/^\d+\.\d+\.\d/);
  expect((await typed('chroot', 'web', 'ls', '-d')).said).toContain("unknown option '-d'");
  expect((await typed('lsimage', '-x')).said).toContain("unknown option '-x'");
  expect((await typed('lsimage', '--', '--ver')).said).not.toContain('--verbose');
});
it.each([
  [['getimage', '-golden-clent', 'web'], 'Did you mean --golden-client?'],
  [['getimage', '-golden-client', 'web', '-dryrun'], 'Did you mean --dry-run?'],
  [['netboot', '-instll', 'www7'], 'Did you mean --install?'],
  [['getimag'], 'Did you mean getimage?'],
  [['build', 'bot'], 'Did you mean boot?'],
])('suggests what %j may have meant, and does nothing', async (words, suggestion) => {
  const { said, did } = await typed(...words);
  expect(said).toContain(suggestion);
  expect(did).toEqual([]);
});
it('names the flags that are missing', async () => {
  expect((await typed('getimage', '--dry-run')).said).toContain('getimage needs --golden-client <host>');
});
it('ends the help with examples and the flags of the whole program', async () => {
  const { said } = await typed('getimage', '--help');
  expect(said).toMatch(/Global Options:\n {2}--root <dir>.*Examples:\n {2}getimage --golden-client web\n/s);
});
it.each(commands.map((one) => [one.name]))('%s explains itself and each of its flags', async (name) => {
  const { said } = await typed(...name.split(' '), '--help');
  const flags = said.split('\n').filter((line) => /^ {2}-/.test(line));
  expect(flags.filter((line) => !/^ {2}-\S+.*\S {2,}\S|^ {2}-.{30,}$/.test(line))).toEqual([]);
  expect(said).not.toMatch(/default: \[\]|undefined/);
});
it.each([
  '--arch',
  '--client',
  '--host-range',
  '--ip-assignment',
  '--post-install',
  '--file',
  '--restart',
  '--http-port',
])('%s is explained by the same words in every command', (flag) => {
  // On a machine, --restart and --http-port are about other services than on the image server.
  const all = declaredCommands(commands, idleContext())
    .filter(({ cli }) => cli.name !== 'updateclient')
    .flatMap(({ command }) => command.options);
  expect(new Set(all.filter((one) => one.long === flag).map((one) => one.description)).size).toBe(1);
});
