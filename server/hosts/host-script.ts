import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';

/** What scripts/HOST.sh is: nothing, a link that addclients made, or a file or another link. */
export type HostScript = { at: AbsPath } & (
  | { kind: 'absent' }
  | { kind: 'ours'; target: string }
  | { kind: 'foreign' }
);

/** The image of a link that addclients makes: to NAME.master, in the same folder. */
export function imageOfLink(target: string): string | undefined {
  return /^([A-Za-z0-9][A-Za-z0-9._-]*)\.master$/.exec(target)?.[1];
}

/** Looks at the script of a host. */
async function readHostScript(io: ReadIo, paths: Pick<ServerPaths, 'scripts'>, host: string): Promise<HostScript> {
  const at = under(paths.scripts, `${host}.sh`);
  const target = await io.readLink(at);
  if (target !== undefined && imageOfLink(target) !== undefined) return { kind: 'ours', at, target };
  return { kind: (await io.lstat(at)) === undefined ? 'absent' : 'foreign', at };
}

/** The scripts of many hosts: one look at their folder says which hosts have no script. */
export async function readHostScripts(
  io: ReadIo,
  paths: Pick<ServerPaths, 'scripts'>,
  hosts: Iterable<string>,
): Promise<Map<string, HostScript>> {
  const there = new Set((await io.list(paths.scripts)) ?? []);
  const found = new Map<string, HostScript>();
  for (const host of hosts) {
    const name = `${host}.sh`;
    const absent: HostScript = { kind: 'absent', at: under(paths.scripts, name) };
    found.set(host, there.has(name) ? await readHostScript(io, paths, host) : absent);
  }
  return found;
}
