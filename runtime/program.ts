import { buffer } from 'node:stream/consumers';
import { describeError } from '../common/system/errors.ts';
import { onInterrupt } from '../common/system/interrupt.ts';
import { realIo } from '../common/system/real-io.ts';
import { sayLine, terminal } from '../common/system/terminal.ts';
import { textOf } from '../common/system/text.ts';
import { spareUs } from '../common/system/programs/spared.ts';
import { runWords } from './cli.ts';
import { discover, fetchScript } from './discovery/index.ts';
import { answerAt } from './session/answer.ts';
import { paths } from './paths.ts';
import { createSession } from './session/session.ts';
import { version } from './version.ts';

// The reader of our output may be gone, and a promise that nobody awaits may fail: neither ends an installation.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.on('unhandledRejection', (error) => sayLine(describeError(error)));

const session = createSession({
  io: realIo,
  discover,
  fetchScript,
  version,
  async becomeResident(signal) {
    spareUs();
    await answerAt(paths.socket, signal, ({ words, ...asked }) => runWords(words, { io: realIo, session, ...asked }));
  },
});

const world = {
  io: realIo,
  signal: onInterrupt(),
  env: process.env,
  ...terminal,
  readStdin: async () => (process.stdin.isTTY ? '' : textOf(await buffer(process.stdin))),
  session,
};
const endWith = (code: number) => void (process.exitCode = code);
runWords(process.argv.slice(2), world).then(endWith, () => endWith(1));
