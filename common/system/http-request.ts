import { ServerAway } from './errors.ts';
import type { HttpAnswer, HttpRequest } from './io.ts';

/** The largest body of an HTTP answer. */
const maxBodyBytes = 16 * 1024 * 1024;

/** One request by fetch; ServerAway if no answer came. */
export async function httpRequest({ url, json, timeoutMs, signal }: HttpRequest): Promise<HttpAnswer> {
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any(limits),
      ...(json === undefined
        ? {}
        : { method: 'POST', body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
    });
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
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
async function bodyOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error(`an answer of more than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
