import type http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { afterEach, expect, it } from 'vitest';
import type { WebEnv } from './context.ts';
import { type Gate, limits, listen, networkGate, webServer } from './listen.ts';

const open: { destroy(): void }[] = [];
const servers: http.Server[] = [];

const everybody = networkGate('*', '', () => {});

/** A server on a free port of loopback; its address. */
async function serve(most: Partial<typeof limits>, gate: Gate = everybody) {
  const server = webServer(
    new Hono<WebEnv>().get('/', (c) => c.text('here')),
    gate,
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
it('refuses whoever is outside of its networks in words, before it reads a byte, and holds no connection for that', async () => {
  const said: string[] = [];
  const gate = networkGate(['10.0.0.0/24'], 'server.toml', (line) => void said.push(line));
  const where = await serve({ connections: 1 }, gate);
  const heard = await Promise.all(Array.from({ length: 30 }, () => talk(where)));
  expect(heard.filter((text) => text.startsWith('HTTP/1.1 403 '))).not.toEqual([]);
  expect(heard.join('')).toContain('Add the network of 127.0.0.1 to networks in server.toml.');
  expect(said).toHaveLength(1);
});
