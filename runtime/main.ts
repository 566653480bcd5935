import { describeError, UserError } from '../common/system/errors.ts';
import { realIo } from '../common/system/real-io.ts';
import { boelProgram } from './cli.ts';
import { createSession } from './session/session.ts';

const ended = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(name, () => ended.abort(new Error(`ended by ${name}`)));

const say = (text: string) => void process.stdout.write(`${text}\n`);
const session = createSession({
  io: realIo,
  signal: ended.signal,
  discover: () => Promise.reject(new UserError('no discovery yet', 'Wait for it.')),
  fetchScript: () => Promise.reject(new UserError('no discovery yet', 'Wait for it.')),
  version: '6.0.0-dev',
});
const program = boelProgram({ io: realIo, signal: ended.signal, env: process.env, say, session });

program.parseAsync(process.argv.slice(2), { from: 'user' }).then(
  () => {},
  (error: unknown) => {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
  },
);
