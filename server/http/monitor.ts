import http from 'node:http';
import { z } from 'zod';
import { HttpProblem, ImageFacts, imageFactsPath, type RootNeeds } from '../../common/model/image-facts.ts';
import { UserError } from '../../common/system/errors.ts';
import { Mac } from '../../common/model/mac.ts';
import { ImageName } from '../../common/model/names.ts';
import type { AbsPath } from '../../common/system/place.ts';

/** A machine that has finished its installation. */
export const Finished = z.object({
  mac: Mac,
  /** '' if the machine's script named no image. */
  image: z.union([z.literal(''), ImageName]),
  at: z.iso.datetime(),
  /** The address that reported the end. */
  from: z.union([z.ipv4(), z.ipv6()]),
});
export type Finished = z.infer<typeof Finished>;

/**
 * What the unprivileged HTTP server asks of root: OpenSSH calls the root half of such a pair the monitor. Images hold password
 * hashes, so only their sums leave the monitor.
 */
export type Monitor = {
  images(): Promise<string[]>;
  /** UserError if there is no such image. */
  facts(name: string, mounts: readonly string[], needs: RootNeeds): Promise<ImageFacts>;
  /** From now on this machine starts its own disk. */
  finished(done: Finished): Promise<void>;
  /** Finished machines that netboot.json does not hold yet, because the disk is full. */
  unwritten(): Promise<Finished[]>;
};

/** The first look at a large image reads all of it. */
const answerLimitMs = 15 * 60_000;

type Answer = { status: number; text: string };

/** One request to the Unix socket of the monitor. */
function ask(socketPath: AbsPath, method: 'GET' | 'POST', path: string, json?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = json === undefined ? {} : { 'content-type': 'application/json' };
    const request = http.request({ socketPath, method, path, headers, timeout: answerLimitMs }, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('the monitor does not answer')));
    request.on('error', reject);
    request.end(json === undefined ? undefined : JSON.stringify(json));
  });
}

/** The monitor behind a Unix socket. */
export function monitorAt(socket: AbsPath): Monitor {
  const good = async (...asked: [method: 'GET' | 'POST', path: string, json?: unknown]): Promise<string> => {
    const { status, text } = await ask(socket, ...asked);
    if (status < 300) return text;
    if (status !== 404) throw new Error(`the monitor answers ${status} to ${asked[1]}`);
    const { error, hint } = HttpProblem.parse(JSON.parse(text));
    throw new UserError(error, hint);
  };
  return {
    images: async () => z.array(z.string()).parse(JSON.parse(await good('GET', '/images'))),
    facts: async (...asked) => ImageFacts.parse(JSON.parse(await good('GET', imageFactsPath(...asked)))),
    finished: async (done) => void (await good('POST', '/finished', done)),
    unwritten: async () => z.array(Finished).parse(JSON.parse(await good('GET', '/unwritten'))),
  };
}
