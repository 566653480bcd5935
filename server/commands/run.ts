import process from 'node:process';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { answerByExitCode } from '../../common/cli-exit.ts';
import { counted } from '../../common/counted.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Step } from '../../common/system/step.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { checkSource } from '../getimage/source.ts';
import { chosenMachines } from '../push/facts.ts';
import { gathered } from '../push/gather.ts';
import type { Machine } from '../push/machines.ts';
import { declarePush, type PushOptions } from '../push/options.ts';
import { type Outcome, push } from '../push/push.ts';
import { runThere, shellLine, sshCommand } from '../push/ssh.ts';
import { liveView, outcomeWords, plainView } from '../push/view.ts';

type Options = PushOptions & { gather?: boolean };

/** The exit code if the command could not be begun at all. */
const ownTrouble = 125;

async function run(context: CliContext, hosts: string, typed: string[], options: Options): Promise<number> {
  const { io, signal } = context;
  if (typed.length === 0)
    throw new UserError('run needs a command', "Say, for instance: systemimager run 'www*' -- uptime");
  const login = { user: options.sshUser, agent: process.env.SSH_AUTH_SOCK };
  checkSource({ kind: 'ssh', host: 'localhost', user: login.user });
  const machines = await chosenMachines(context, hosts.split(',').filter(Boolean), options.hostsFile);
  const command = (machine: Machine) => sshCommand(machine, login, shellLine(typed));
  if (options.dryRun) {
    const step = (machine: Machine): Step => ({
      why: `Run it on ${machine.host}`,
      kind: 'run',
      argv: command(machine).argv,
    });
    await context.carryOut(machines.map(step), { dryRun: true });
    return 0;
  }
  const keepsOutput = options.gather || options.json;
  const isLive = keepsOutput && process.stdout.isTTY;
  const view = isLive
    ? liveView(process.stdout, machines.length)
    : plainView(options.json ? sayLine : (line) => context.print(line));
  const outputs = new Map<string, string[]>();
  const outcomes = await push(
    machines,
    async (machine) => {
      view.begin(machine);
      const lines: string[] = [];
      outputs.set(machine.host, lines);
      const onLine = (line: string) => {
        if (keepsOutput) lines.push(line);
        if (isLive || !keepsOutput) view.line(machine, line);
      };
      const outcome = await runThere(io, machine, command(machine), { signal, onLine });
      if (keepsOutput || outcome.ending !== 'done') view.end(outcome);
      return outcome;
    },
    { atOnce: options.max, canaries: options.canary, maxFailures: options.maxFailures ?? Number.POSITIVE_INFINITY },
    signal,
  );
  view.close();
  if (options.json)
    context.print(
      JSON.stringify(
        outcomes.map((one) => ({ ...one, output: outputs.get(one.host) ?? [] })),
        undefined,
        2,
      ),
    );
  else if (options.gather)
    for (const { hosts: names, lines } of gathered(outputs))
      for (const line of [`--- ${names.join(',')} (${names.length})`, ...lines]) context.print(line);
  return conclude(outcomes);
}

/** Says what did not end well; the exit code is 1 then. */
function conclude(outcomes: readonly Outcome[]): number {
  const others = outcomes.filter((one) => one.ending !== 'done');
  if (others.length === 0) return 0;
  sayLine(`${counted(others.length, 'machine')} of ${outcomes.length} did not end well:`);
  for (const one of others) sayLine(`  ${one.host}: ${outcomeWords(one)}`);
  return 1;
}

/** Runs a command on many machines. */
export const runCommand: CliCommand = {
  name: 'run',
  summary: 'run a command on many machines by ssh, some at a time',
  examples: [
    "systemimager run 'www*' -- uptime",
    "systemimager run www1-www300,@db --gather -- 'uname -r; df -h / | tail -1'",
    'systemimager run @web --canary 1 --max-failures 3 -- systemctl restart nginx',
  ],
  declare(command, context) {
    declarePush(
      command
        .argument('<hosts>', "machines, with commas between: www1, www1-www9, rack{01-12}n{1-40}, 'db*', @GROUP")
        .argument('[command...]', 'the command; write -- before it. One word is a line for the shell there'),
      0,
    )
      .option('--gather', 'print each output once, with the machines that gave it')
      .action((hosts: string, typed: string[], options: Options) =>
        answerByExitCode(() => run(context, hosts, typed, options), ownTrouble),
      );
  },
};
