import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';
import { readScript, type ScriptFacts } from './read-script.ts';

/** A script that is a file: a master script, or a host's own script. */
type ScriptFile = ScriptFacts & { name: string; at: AbsPath };

/** What scripts/ holds: links by their target, and scripts that are files. */
export type ScriptsFolder = { links: ReadonlyMap<string, string[]>; files: ScriptFile[] };

/** Reads scripts/ once, for questions about any number of images. */
export async function readScriptsFolder(io: ReadIo, paths: Pick<ServerPaths, 'scripts'>): Promise<ScriptsFolder> {
  const found: { target: string; name: string }[] = [];
  const files: ScriptFile[] = [];
  for (const name of (await io.list(paths.scripts)) ?? []) {
    const at = under(paths.scripts, name);
    if (!/\.(master|sh)$/.test(name)) continue;
    const target = await io.readLink(at);
    if (target !== undefined) found.push({ target, name });
    else if ((await io.lstat(at))?.kind === 'file')
      files.push({ name, at, ...readScript((await io.readText(at)) ?? '') });
  }
  const byTarget = Map.groupBy(found, (one) => one.target);
  return { links: new Map([...byTarget].map(([target, all]) => [target, all.map((one) => one.name)])), files };
}

/** Every script of the server that is a file. */
export async function readScripts(io: ReadIo, paths: Pick<ServerPaths, 'scripts'>): Promise<ScriptFile[]> {
  return (await readScriptsFolder(io, paths)).files;
}
