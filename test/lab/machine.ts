import type net from 'node:net';
import type { Disk } from '../boot/harness/machine.ts';
import { patience } from '../boot/harness/patience.ts';
import type { RowContext } from '../boot/harness/row.ts';
import { type Answer, portName, readyMark, type Request } from './protocol.ts';
import { labBoot } from './tools.ts';

/** What a script or a verb came to. */
export type Result = { code: number; out: Buffer; err: string };

/** A machine that runs BOEL's kernel and programs, and does what it is told over a line of its own. */
export type LabMachine = {
  ask(request: Request): Promise<Result>;
  end(): Promise<void>;
};

/** The agent ends a script after two minutes itself. */
const answerLimitS = 150;

/** Boots the lab with these disks. */
export async function bootLab(test: RowContext, disks: Disk[]): Promise<LabMachine> {
  const vm = await test.boot({
    name: 'lab',
    memoryMb: 1536,
    direct: { ...(await labBoot(test.scratch)), append: 'console=ttyS0,115200 loglevel=4 rootfstype=ramfs' },
    disks,
    port: portName,
    noReboot: true,
  });
  await vm.console(readyMark, { withinS: 120 });
  const socket = await vm.port();
  return { ask: (request) => ask(socket, request), end: () => vm.kill() };
}

function ask(socket: net.Socket, request: Request): Promise<Result> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const end = () => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onClose);
    };
    const fail = (what: string) => {
      end();
      reject(new Error(`the lab ${what}: ${JSON.stringify(request)}`));
    };
    const timer = setTimeout(() => fail('does not answer'), answerLimitS * 1000 * patience);
    const onClose = () => fail('ended');
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      if (chunk.at(-1) !== '\n'.charCodeAt(0)) return;
      end();
      const { code, out, err } = JSON.parse(Buffer.concat(chunks).toString()) as Answer;
      resolve({ code, out: Buffer.from(out, 'base64'), err });
    };
    socket.on('data', onData).on('close', onClose);
    socket.write(`${JSON.stringify(request)}\n`);
  });
}
