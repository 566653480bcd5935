import { HttpProblem, ImageFacts, imageFactsPath } from '../../common/model/image-facts.ts';
import type { DiskWish, Layout } from '../../common/model/layout.ts';
import { parseTable } from '../../common/model/layout/parse.ts';
import type { Machine } from '../../common/model/machine.ts';
import { UserError } from '../../common/system/errors.ts';
import type { HttpAnswer, ReadIo } from '../../common/system/io.ts';
import { findFilesystem } from '../filesystems/index.ts';
import { type BlkidFacts, parseBlkid } from '../../machine/blkid.ts';
import type { KeptFacts } from './kept.ts';

/** The server may have to read the whole image first. */
const factsLimitMs = 120_000;
/** A server that is just restarting answers again by then. */
const tries = 3;
const serverHint = 'Is `systemimager serve` of this version running there?';

/** Asks the image server what an image holds below the mounts of a layout. */
export async function fetchImageFacts(io: ReadIo, base: string, name: string, layout: Layout): Promise<ImageFacts> {
  const dirs = layout.mounts.filter((mount) => mount.device && mount.dir.startsWith('/')).map((mount) => mount.dir);
  const url = `${base}${imageFactsPath(name, [...new Set(['/', ...dirs])])}`;
  const answer = await ask(io, url);
  if (answer.status === 200) return readFacts(answer.body, url);
  const problem = HttpProblem.safeParse(parseJson(answer.body));
  if (problem.success) throw new UserError(problem.data.error, problem.data.hint);
  throw new UserError(`the image server answers ${answer.status} to ${url}`, serverHint);
}

async function ask(io: ReadIo, url: string, attempt = 1): Promise<HttpAnswer> {
  try {
    const answer = await io.http({ url, timeoutMs: factsLimitMs });
    if (answer.status < 500 || attempt === tries) return answer;
  } catch (error) {
    if (attempt === tries) throw error;
  }
  return ask(io, url, attempt + 1);
}

function readFacts(body: string, url: string): ImageFacts {
  const facts = ImageFacts.safeParse(parseJson(body));
  if (facts.success) return facts.data;
  throw new UserError(
    `${url} does not give the facts of an image`,
    'Is `systemimager serve` of this version running there?',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Which filesystems of a layout this kernel cannot mount; their drivers are loaded, as mount(8) would do it later. */
export async function probeUnmountable(io: ReadIo, layout: Layout): Promise<string[]> {
  const made = layout.filesystems.flatMap((one) => findFilesystem(one.type)?.name ?? []);
  const wished = [...new Set(made)].filter((name) => name !== 'swap');
  const unknown = async (names: readonly string[]) => {
    // proc_filesystems(5): a name at the end of each line.
    const lines = (await io.readText('/proc/filesystems'))?.split('\n');
    return lines ? names.filter((name) => !lines.some((line) => line.endsWith(`\t${name}`))) : [];
  };
  const toLoad = await unknown(wished);
  if (toLoad.length === 0) return [];
  await io.run({ argv: ['modprobe', '-a', '-b', '-q', '--', ...toLoad.map((name) => `fs-${name}`)] });
  return unknown(toLoad);
}

/** What disks hold where a layout wants to keep something. Which of them are meant is not known yet, so none is refused here. */
export async function probeKept(io: ReadIo, layout: Layout, machine: Machine): Promise<Record<string, KeptFacts>> {
  if (!layout.disks.some((disk) => disk.parts.some((part) => part.keep))) return {};
  const kept: Record<string, KeptFacts> = {};
  for (const disk of machine.disks.filter((one) => one.parts.length > 0)) {
    const table = await readTable(io, disk.node);
    if ('problem' in table) {
      kept[disk.node] = table;
      continue;
    }
    const nodes = disk.parts.map((part) => part.node);
    kept[disk.node] = { table, contents: await probeContents(io, nodes) };
  }
  return kept;
}

async function readTable(io: ReadIo, node: string): Promise<DiskWish | { problem: string }> {
  const dump = await io.run({ argv: ['sfdisk', '--dump', node] });
  if (dump.code !== 0) return { problem: dump.stderr.trim() };
  try {
    return parseTable(node, dump.stdout);
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}

/** What blkid(8) finds when it looks itself, by node. */
async function probeContents(io: ReadIo, nodes: readonly string[]): Promise<Record<string, BlkidFacts>> {
  const { stdout } = await io.run({ argv: ['blkid', '-p', '-o', 'export', ...nodes] });
  return Object.fromEntries(parseBlkid(stdout).map((facts) => [facts.node, facts]));
}
