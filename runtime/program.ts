import { buffer } from 'node:stream/consumers';
import { describeError } from '../common/system/errors.ts';
import { onInterrupt } from '../common/system/interrupt.ts';
import { realIo } from '../common/system/real-io.ts';
import { printLine, sayLine } from '../common/system/terminal.ts';
import { textOf } from '../common/system/text.ts';
import { boelProgram } from './cli.ts';
import { discover, fetchScript } from './discovery/index.ts';
import { createSession } from './session/session.ts';
import { version } from './version.ts';

// Whoever shows what we say may be gone, and what nobody waits for may fail: neither ends an installation.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.on('unhandledRejection', (error) => sayLine(describeError(error)));

const signal = onInterrupt();
const say = printLine;
const readStdin = async () => (process.stdin.isTTY ? '' : textOf(await buffer(process.stdin)));
const session = createSession({
  io: realIo,
  signal,
  discover,
  fetchScript: (io, state, name) => fetchScript(io, state, name, { signal, say }),
  version,
});
const program = boelProgram({ io: realIo, signal, env: process.env, say, readStdin, session });

// The resident program is spared when memory is short; what it starts is not (proc_pid_oom_score_adj(5)).
if (process.argv[2] !== 'session') realIo.append('/proc/self/oom_score_adj', '0').catch(() => {});

program.parseAsync(process.argv.slice(2), { from: 'user' }).then(
  () => {},
  (error: unknown) => {
    sayLine(describeError(error));
    process.exitCode = 1;
  },
);
