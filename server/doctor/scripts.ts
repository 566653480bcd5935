import { type AbsPath, under } from '../../common/system/place.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { ServerPaths } from '../config/paths.ts';
import { readScript, type ScriptFacts } from '../scripts/read-script.ts';

/** Every script of the server that is a file: masters, and scripts that hosts have of their own. */
export async function readScripts(
  io: ReadIo,
  paths: Pick<ServerPaths, 'scripts'>,
): Promise<(ScriptFacts & { at: AbsPath })[]> {
  const found: (ScriptFacts & { at: AbsPath })[] = [];
  for (const name of (await io.list(paths.scripts)) ?? []) {
    const at = under(paths.scripts, name);
    if (!/\.(master|sh)$/.test(name) || (await io.lstat(at))?.kind !== 'file') continue;
    found.push({ at, ...readScript((await io.readText(at)) ?? '') });
  }
  return found;
}
