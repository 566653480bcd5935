import type http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { afterEach, expect, it } from 'vitest';
import type { WebEnv } from './context.ts';
import { limits, listen, webServer } from './listen.ts';

const open: { destroy(): void }[] = [];
const servers: http.Server[] = [];

/** A server on a free port of loopback; its address. */
async function serve(most: Partial<typeof limits>) {
  const server = webServer(
    new Hono<WebEnv>().get('/', (c) => c.text('here')),
    { ...limits, ...most },
  );
  await listen(server, 0);
  servers.push(server);
  return { port: (server.address() as AddressInfo).port, host: '127.0.0.1' };
}
/** What a connection hears until it is closed, after it has said `text`. */
function talk(where: { port: number; host: string }, text = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(where, () => socket.write(text));
    open.push(socket);
    let heard = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
    socket.on('close', () => resolve(heard)).on('error', reject);
  });
}
afterEach(() => {
  for (const one of open.splice(0)) one.destroy();
  for (const one of servers.splice(0)) one.close();
});

it('answers', async () => {
  expect(await talk(await serve({}), 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/here$/);
});
it('closes what one address opens beyond its share, and serves on', async () => {
  const where = await serve({ connectionsPerAddress: 2 });
  const held = [talk(where), talk(where)];
  expect(await talk(where)).toBe('');
  open[0]?.destroy();
  await held[0];
  expect(await talk(where, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/here$/);
});
it('lets a connection go that says nothing more', async () => {
  const where = await serve({ silentMs: 30 });
  expect(await talk(where, 'GET / HTTP/1.1\r\nHost:')).toBe('');
});
