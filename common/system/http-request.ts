import { ServerAway } from './errors.ts';
import type { HttpAnswer, HttpRequest } from './io.ts';

/** As much of an HTTP answer as is taken. */
const maxBodyBytes = 16 * 1024 * 1024;

/** One request by fetch; ServerAway where no answer came. */
export async function httpRequest({ url, json, timeoutMs, signal }: HttpRequest): Promise<HttpAnswer> {
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any(limits),
      ...(json === undefined
        ? {}
        : { method: 'POST', body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
    });
    const declared = Number(response.headers.get('content-length') ?? 0);
    if (declared > maxBodyBytes) throw new Error(`an answer of ${declared} bytes`);
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      body: await response.text(),
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
