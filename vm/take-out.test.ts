import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { absPath } from '../common/system/place.ts';
import { takeOutAtReset } from './take-out.ts';

const reset = (guest: boolean) =>
  `${JSON.stringify({ timestamp: { seconds: 1, microseconds: 0 }, event: 'RESET', data: { guest, reason: 'x' } })}\n`;

it('takes the medium out once, when the machine itself starts again', async () => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'qmp-'));
  const at = absPath(path.join(folder, 'qmp'));
  const heard: unknown[] = [];
  const over = new AbortController();
  const command = { execute: 'eject', arguments: { id: 'drive-cd0', force: true } } as const;
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.write('{"QMP": {"version": {}, "capabilities": []}}\n');
    socket.on('data', (bytes) => {
      for (const line of String(bytes).trim().split('\n')) heard.push(JSON.parse(line));
      socket.write('{"return": {}}\n');
      // QEMU's own reset at power-on is none of the machine's.
      if (heard.length === 1) socket.write(reset(false) + reset(true) + reset(true));
      else over.abort();
    });
  });
  // The socket comes later than the one who connects.
  const done = takeOutAtReset(at, command, over.signal);
  await new Promise<void>((resolve) => server.listen(at, resolve));
  await done;
  expect(heard).toEqual([{ execute: 'qmp_capabilities' }, command]);
  server.close();
  await fs.rm(folder, { recursive: true });
});
it('ends with a machine that never opened its socket', async () => {
  const over = new AbortController();
  over.abort();
  const ends = takeOutAtReset('/nowhere/qmp', { execute: 'eject', arguments: {} }, over.signal);
  await expect(ends).resolves.toBeUndefined();
});
