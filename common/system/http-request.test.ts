import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { ServerAway } from './errors.ts';
import { httpRequest } from './http-request.ts';

/** Asks a server that does this. */
async function ask(answer: http.RequestListener, timeoutMs = 5000) {
  const server = http.createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    return await httpRequest({ url, timeoutMs });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('gives status, type and text of whatever is answered', async () => {
  const answer = await ask((_, response) => response.writeHead(418, { 'content-type': 'text/x' }).end('tea ä'));
  expect(answer).toEqual({ status: 418, contentType: 'text/x', body: 'tea ä' });
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
  await expect(httpRequest({ url: 'http://127.0.0.1:1/', timeoutMs: 5000 })).rejects.toThrow(ServerAway);
});
