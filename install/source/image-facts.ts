import { HttpProblem, ImageFacts, imageFactsPath, type RootNeeds } from '../../common/model/image-facts.ts';
import { httpUrl, type ServerAddress } from '../../common/model/server-address.ts';
import { ServerAway, UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';

/** The server may have to read the whole image first. */
const factsLimitMs = 120_000;
const serverHint = 'Is `systemimager serve` of this version running there?';

/**
 * Asks the image server what an image holds below these mount points; ServerAway if the server
 * may answer later, UserError if there is no such image.
 */
export async function fetchImageFacts(
  io: ReadIo,
  server: ServerAddress,
  name: string,
  dirs: readonly string[],
  needs: RootNeeds = { devices: [], types: [] },
): Promise<ImageFacts> {
  const url = httpUrl(server, imageFactsPath(name, [...new Set(['/', ...dirs])], needs));
  const answer = await io.http({ url, timeoutMs: factsLimitMs });
  const facts = ImageFacts.safeParse(parseJson(answer.body));
  if (answer.status === 200 && facts.success) return facts.data;
  if (answer.status === 200) throw new UserError(`${url} does not give the facts of an image`, serverHint);
  const problem = HttpProblem.safeParse(parseJson(answer.body));
  const { error, hint } = problem.success
    ? problem.data
    : { error: `the image server answers ${answer.status} to ${url}`, hint: serverHint };
  throw answer.status >= 500 ? new ServerAway(error, hint) : new UserError(error, hint);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
