import { Command, CommanderError } from 'commander';
import { describeError, UserError } from '../common/system/errors.ts';
import type { Io } from '../common/system/io.ts';
import { absPath } from '../common/system/place.ts';
import { dryRun } from './session/dry-run.ts';
import { paths } from './paths.ts';
import { runVariables } from './session/run-script.ts';
import { runVerb } from './session/run-verb.ts';
import type { Session } from './session/session.ts';
import { loadState } from './session/state-store.ts';
import { verbs } from './verbs/index.ts';
import type { Verb } from './verbs/verb.ts';

export type BoelWorld = {
  io: Io;
  signal: AbortSignal;
  env: Record<string, string | undefined>;
  /** Writes to standard output; inside the script that is the console log. */
  out: (text: string) => void;
  /** Writes to standard error. */
  err: (text: string) => void;
  /** All of standard input, for the verbs that read it; empty if a person is at the keyboard. */
  readStdin: () => Promise<string>;
  /** Starts the resident program, and runs the script again. */
  session: Session;
};

/** Runs the command of these words, and gives the exit code. */
export async function runWords(words: string[], world: BoelWorld): Promise<number> {
  try {
    await boelProgram(world).parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed the problem; the help ends by this error, too.
    if (error instanceof CommanderError) return error.exitCode;
    world.err(`${describeError(error)}\n`);
    return 1;
  }
}

function withVerb(program: Command, verb: Verb): Command {
  return verb
    .declare(program.command(verb.name).description(verb.summary))
    .option('--dry-run', 'print the steps, and change nothing')
    .option('--list-writes', 'print the paths that the steps would write, and change nothing');
}

/** Reads the words of a script's line like a command line. */
function readWords(verb: Verb, words: string[]): { args: string[]; options: object } {
  const program = new Command('boel').exitOverride();
  let read: { args: string[]; options: object } = { args: [], options: {} };
  const command = withVerb(program, verb);
  command.action(() => {
    read = { args: command.args, options: command.opts() };
  });
  program.parse([verb.name, ...words], { from: 'user' });
  return read;
}

/** The program of the initrd: one command for each verb, and commands that begin and resume an installation. */
function boelProgram({ io, signal, env, out, err, readStdin, session }: BoelWorld): Command {
  const say = (line: string) => out(`${line}\n`);
  const program = new Command('boel')
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .description(
      'Installs this machine from an image. The commands from layout to dev are the verbs of an autoinstall script.',
    )
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError();

  program
    .command('session')
    .description(
      'find the settings and the autoinstall script of this machine, and run the script; init starts this command',
    )
    .option('--again', 'continue the work of an earlier session that ended by a fault')
    .action((options: { again?: boolean }) => session.start(signal, options));
  program
    .command('resume')
    .description('run the autoinstall script again, from the first verb that is not done')
    .option('--fetch', 'first fetch the script from the image server again')
    .option('--repartition', 'partition the disks again although the layout has changed; the installed files are lost')
    .action((options: { fetch?: boolean; repartition?: boolean }) => session.resume(options, { signal, say }));
  program
    .command('dry-run')
    .description('print the steps of an autoinstall script on this machine, and change nothing')
    .argument('[file]', 'path of the script', paths.script)
    .action(async (file: string) => {
      const script = await io.readText(absPath(file), { isGiven: true });
      if (script === undefined) throw new UserError(`there is no ${file}`, 'Give the path of an autoinstall script.');
      await dryRun(script, verbs, readWords, io, say);
    });
  program
    .command('state')
    .description('print the state of the installation as JSON: settings and their sources, disks, partitions')
    .action(async () => say(JSON.stringify(await loadState(io), undefined, 2)));

  for (const verb of verbs) {
    const command = withVerb(program, verb);
    command.action(async () => {
      const call = {
        args: command.args,
        options: command.opts(),
        stdin: verb.readsStdin ? await readStdin() : '',
        run: Number(env[runVariables.run] ?? 0),
        resumes: env[runVariables.resumes] === '1',
        mayRepartition: env[runVariables.repartition] === '1',
        isAgain: env[runVariables.again] === '1',
      };
      await runVerb(verb, call, { io, signal, say });
    });
  }
  return program;
}
