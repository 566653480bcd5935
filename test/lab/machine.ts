import type net from 'node:net';
import type { DiskFacts } from '../../common/model/machine.ts';
import type { Disk } from '../../vm/qemu/machine.ts';
import { patience } from '../boot/harness/patience.ts';
import type { RowContext } from '../boot/harness/row.ts';
import { type Answer, portName, readyMark, type Request } from './protocol.ts';
import { labBoot } from './tools.ts';

/** What a script or a verb came to. */
type Result = { code: number; out: Buffer; err: string };

/** A machine that runs BOEL's kernel and programs, and does what it is told over a line of its own. */
export type LabMachine = {
  /** Runs a shell script (`set -e`) with the lab's tools, and gives what it printed; an exit code other than 0 is an error. */
  shell(script: string): Promise<Buffer>;
  /** Calls boel. */
  boel(argv: string[], stdin: string): Promise<Result>;
  /** What boel sees of the disks. */
  disks(): Promise<DiskFacts[]>;
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
  return {
    async shell(script) {
      const result = await ask(socket, { kind: 'shell', script: `set -e\n${script}` });
      if (result.code !== 0) throw failed(script, result);
      return result.out;
    },
    boel: (argv, stdin) => ask(socket, { kind: 'boel', argv, stdin }),
    disks: async () => JSON.parse((await ask(socket, { kind: 'disks' })).out.toString()) as DiskFacts[],
    end: () => vm.kill(),
  };
}

/** The error of a script or verb that should have worked. */
export function failed(what: string, { code, out, err }: Result): Error {
  return new Error(`exit ${code} of\n${what.trim()}\n--- it said\n${err.trim()}\n${out.toString().trim()}`);
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
      // An answer that came later would be taken for that of the next request.
      socket.destroy();
      reject(new Error(`the lab ${what}: ${JSON.stringify(request)}`));
    };
    if (socket.destroyed) return reject(new Error('the lab ended before'));
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
