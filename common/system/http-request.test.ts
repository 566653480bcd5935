import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { ServerAway } from './errors.ts';
import { httpRequest } from './http-request.ts';
import type { HttpRequest } from './io.ts';

/** Asks a server that does this. */
async function ask(answer: http.RequestListener, timeoutMs = 5000, more: Partial<HttpRequest> = {}) {
  const server = http.createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    return await httpRequest({ url, timeoutMs, ...more });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('gives status, type and text of whatever is answered', async () => {
  const answer = await ask((_, response) => response.writeHead(418, { 'content-type': 'text/x' }).end('tea ä'));
  expect(answer).toEqual({ status: 418, contentType: 'text/x', body: 'tea ä' });
});

it('sends a value as JSON', async () => {
  const echo: http.RequestListener = (request, response) => {
    response.writeHead(200, { 'content-type': `${request.method} ${request.headers['content-type']}` });
    request.pipe(response);
  };
  const answer = await ask(echo, 5000, { json: { name: 'ä' } });
  expect(answer).toEqual({ status: 200, contentType: 'POST application/json', body: '{"name":"ä"}' });
});

it('takes no endless answer', { timeout: 30_000 }, async () => {
  const endless = ask((_, response) => {
    const more = () => {
      while (response.write('x'.repeat(64 * 1024)));
    };
    response.on('drain', more);
    more();
  });
  await expect(endless).rejects.toThrow('an answer of more than 16777216 bytes');
});

it('calls a server away that says nothing, or is not there', async () => {
  await expect(ask(() => {}, 50)).rejects.toThrow(ServerAway);
  await expect(ask((_, response) => response.socket?.destroy())).rejects.toThrow(/^no answer from .*: socket hang up$/);
  await expect(httpRequest({ url: 'http://127.0.0.1:1/', timeoutMs: 5000 })).rejects.toThrow(ServerAway);
});

it.each(['before the answer', 'in the middle of the answer'])(
  'ends with the reason of the signal, %s',
  async (when) => {
    const stop = new AbortController();
    const reason = new Error('ended by SIGTERM');
    const half: http.RequestListener = (_, response) => {
      if (when !== 'before the answer') response.write('half');
      setTimeout(() => stop.abort(reason), 50);
    };
    await expect(ask(half, 5000, { signal: stop.signal })).rejects.toBe(reason);
  },
);

it('calls a server away that goes in the middle of its answer', async () => {
  const half: http.RequestListener = (_, response) => {
    response.write('half', () => response.socket?.destroy());
  };
  await expect(ask(half)).rejects.toThrow(/^no answer from .*: aborted$/);
});
