import { once } from 'node:events';
import http from 'node:http';
import { ServerAway } from './errors.ts';
import type { HttpAnswer, HttpRequest } from './io.ts';

/** The largest body of an HTTP answer. */
const maxBodyBytes = 16 * 1024 * 1024;

/**
 * One request; ServerAway if no answer came. By node:http, because the first call of `fetch` loads four times as much program. Each
 * request has its own connection, because a server may close an idle connection at any time.
 */
export async function httpRequest({ url, json, timeoutMs, signal }: HttpRequest): Promise<HttpAnswer> {
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
  try {
    const request = http.request(url, {
      agent: false,
      signal: AbortSignal.any(limits),
      ...(json === undefined ? {} : post),
    });
    request.end(json === undefined ? undefined : JSON.stringify(json));
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    return {
      status: response.statusCode ?? 0,
      contentType: response.headers['content-type'] ?? '',
      body: await bodyOf(response),
    };
  } catch (error) {
    signal?.throwIfAborted();
    const cause =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    throw new ServerAway(
      `no answer from ${url}: ${cause}`,
      'Check that the image server runs `systemimager serve` and that the port is open.',
      { cause: error },
    );
  }
}

/** The text of an answer; counts the bytes, because a server need not tell the length. */
async function bodyOf(response: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error(`an answer of more than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
