import { appendFile, type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { describeError } from '../../common/system/errors.ts';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { probeDisks } from '../../machine/disks.ts';
import { runWords } from '../../runtime/cli.ts';
import { settleDevices } from '../../runtime/discovery/settle.ts';
import { type Answer, portName, readyMark, type Request } from './protocol.ts';

/*
 * The program that init starts in the lab in the place of boel. It loads drivers as boel does, and then does what the tests
 * send it. The verbs are boel's own; only the start of a program for each of them is saved, which takes seconds in a virtual
 * machine without hardware help.
 */

const work = '/tmp/lab';
const scriptLimitMs = 120_000;
/** The lab's tools lie beside BOEL's own, and only these scripts find them. */
const env = {
  PATH: '/usr/sbin:/usr/bin:/lab/usr/sbin:/lab/usr/bin',
  LD_LIBRARY_PATH: '/lab/usr/lib/x86_64-linux-gnu',
  DM_DISABLE_UDEV: '1',
  MDADM_NO_UDEV: '1',
};
const never = new AbortController().signal;

async function shell(script: string): Promise<Answer> {
  const out = absPath(`${work}/out`);
  const exit = await realIo.run({ argv: ['sh', '-c', script], env, limitMs: scriptLimitMs, stdoutFile: out });
  return { code: exit.code, out: (await readFile(out)).toString('base64'), err: exit.stderr };
}

async function boel(argv: string[], stdin: string): Promise<Answer> {
  const said: string[] = [];
  const errors: string[] = [];
  const notHere = () => Promise.reject(new Error('the lab has no session'));
  const code = await runWords(argv, {
    io: realIo,
    signal: never,
    env: {},
    out: (text) => void said.push(text),
    err: (text) => void errors.push(text),
    readStdin: async () => stdin,
    session: { start: notHere, resume: notHere },
  });
  return { code, out: Buffer.from(said.join('')).toString('base64'), err: errors.join('').trimEnd() };
}

async function answerTo(request: Request): Promise<Answer> {
  switch (request.kind) {
    case 'shell':
      return shell(request.script);
    case 'boel':
      return boel(request.argv, request.stdin);
    case 'disks':
      return { code: 0, out: Buffer.from(JSON.stringify(await probeDisks(realIo))).toString('base64'), err: '' };
  }
}

async function findPort(): Promise<string> {
  for (const name of (await realIo.list('/sys/class/virtio-ports')) ?? [])
    if ((await realIo.readText(`/sys/class/virtio-ports/${name}/name`))?.trim() === portName) return `/dev/${name}`;
  throw new Error(`there is no virtio-serial port ${portName}`);
}

/** Lines from the port. It reads as ended while nobody is connected at the other end. */
async function* linesOf(port: FileHandle): AsyncGenerator<string> {
  const buffer = Buffer.alloc(64 * 1024);
  let rest = '';
  for (;;) {
    const { bytesRead } = await port.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) await realIo.sleep(50);
    rest += buffer.toString('utf8', 0, bytesRead);
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      yield rest.slice(0, end);
      rest = rest.slice(end + 1);
    }
  }
}

async function main(): Promise<void> {
  await mkdir(work, { recursive: true });
  const say = (line: string) => appendFile('/dev/console', `${line}\n`);
  await settleDevices(realIo, { signal: never, say: (line) => void say(line) });
  const port = await open(await findPort(), 'r+');
  await say(readyMark);
  for await (const line of linesOf(port)) {
    const request = JSON.parse(line) as Request;
    await port.writeFile(`${JSON.stringify(await answerTo(request))}\n`);
  }
}

main().catch((error: unknown) => void appendFile('/dev/console', `the lab ended: ${describeError(error)}\n`));
