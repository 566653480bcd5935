import { HttpProblem, ImageFacts, imageFactsPath, type RootNeeds } from '../../common/model/image-facts.ts';
import { ServerAway, UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';

/** The server may have to read the whole image first. */
const factsLimitMs = 120_000;
const serverHint = 'Is `systemimager serve` of this version running there?';

/**
 * Asks the image server what an image holds below these mount points; `base` is http://HOST:PORT. ServerAway where it may
 * answer later, UserError where there is no such image.
 */
export async function fetchImageFacts(
  io: ReadIo,
  base: string,
  name: string,
  dirs: readonly string[],
  needs: RootNeeds = { devices: [], types: [] },
): Promise<ImageFacts> {
  const url = `${base}${imageFactsPath(name, [...new Set(['/', ...dirs])], needs)}`;
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
