import { z } from 'zod';
import { goldenFiles } from '../../common/model/golden-files.ts';
import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** One line for each finished update: time, image, server, who, how much, separated by tabs. */
const historyFile: AbsPath = '/etc/systemimager/history';
/** While this file is there, the machine is half-updated. */
const unfinishedFile: AbsPath = '/var/lib/systemimager/update.json';

/** An update that has begun. */
const Begun = z.object({
  version: z.literal(1),
  image: z.string(),
  server: z.string(),
  by: z.string(),
  at: z.string(),
});
export type Begun = z.infer<typeof Begun>;

/** What the machine remembers of earlier updates. `unfinished`: it was interrupted, and the machine is half-updated. */
export type Records = { history: string; lastImage: string | undefined; unfinished: Begun | undefined };

/** Reads the records of a machine. */
export async function readRecords(io: ReadIo, root: AbsPath): Promise<Records> {
  const tree = inside(io, root);
  const text = await tree.readText(unfinishedFile);
  return {
    history: (await tree.readText(historyFile)) ?? '',
    lastImage: (await tree.readText(goldenFiles.lastImage))?.trim() || undefined,
    unfinished: text === undefined ? undefined : readBegun(text),
  };
}

function readBegun(text: string): Begun {
  const begun = Begun.safeParse(parsed(text));
  if (begun.success) return begun.data;
  throw new UserError(
    `${unfinishedFile} does not read, so nobody knows which update was interrupted`,
    'Remove the file, and update the machine to the image that it should have.',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The steps around an update: the machine is half-updated from the first to the last. `only`: a part of the image was asked for. */
export function recorded(
  steps: readonly Step[],
  root: AbsPath,
  { history }: Records,
  { begun, only, said }: { begun: Begun; only: readonly string[]; said: string },
): Step[] {
  const write = (why: string, path: AbsPath, content: string): Step => {
    return { why, kind: 'write', at: { root, path }, content, mode: 0o644 };
  };
  const folder = (path: AbsPath): Step => ({ why: `Make ${path}`, kind: 'mkdir', at: { root, path } });
  const part = only.length === 0 ? '' : `only ${only.join(' ')}: `;
  const line = [begun.at, begun.image, begun.server, begun.by, `${part}${said}`].join('\t');
  const end = [
    ...(only.length === 0
      ? [write('Write down which image the machine has', goldenFiles.lastImage, `${begun.image}\n`)]
      : []),
    write('Write down this update', historyFile, `${history}${line}\n`),
  ];
  return [
    folder('/etc/systemimager'),
    folder('/var/lib/systemimager'),
    write('Note that the machine is half-updated', unfinishedFile, `${JSON.stringify(begun)}\n`),
    ...steps,
    ...end,
    { why: 'Note that the update is finished', kind: 'remove', at: { root, path: unfinishedFile } },
  ];
}

/** Who runs this command: the person behind sudo(8) or su(1), if the environment tells. */
export const personOf = ({ SUDO_USER, LOGNAME, USER }: Readonly<NodeJS.ProcessEnv>): string =>
  [SUDO_USER, LOGNAME, USER].find((name) => name && /^[\w.@-]+$/.test(name)) ?? 'root';
