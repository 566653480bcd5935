import type { CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath } from '../../common/system/place.ts';
import { readHosts } from '../config/hosts-json.ts';
import { serverPaths } from '../config/paths.ts';
import { readGroups } from '../hosts/known-groups.ts';
import { hostFileWords, type Known, type Machine, machinesOf } from './machines.ts';

/** Reads what an administrator may name on this server. */
async function readKnown({ io, root }: CliContext): Promise<Known> {
  const paths = serverPaths(root);
  const entries = await readHosts(io, paths.hosts);
  const scripts = ((await io.list(paths.scripts)) ?? []).flatMap((name) => /^(.+)\.sh$/.exec(name)?.[1] ?? []);
  const { compare } = new Intl.Collator('en', { numeric: true });
  const hosts = [...new Set([...entries.map((one) => one.host), ...scripts])].toSorted(compare);
  return { hosts, entries, groups: await readGroups(io, paths) };
}

/** The machines that words and a file name; UserError if they name none. */
export async function chosenMachines(
  context: CliContext,
  words: readonly string[],
  hostsFile: string | undefined,
): Promise<Machine[]> {
  const text = hostsFile === undefined ? '' : await context.io.readText(absPath(hostsFile), { isGiven: true });
  if (text === undefined)
    throw new UserError(`there is no file ${hostsFile}`, 'Name a file with a host name on each line.');
  const machines = machinesOf([...words, ...hostFileWords(text)], await readKnown(context));
  if (machines.length > 0) return machines;
  throw new UserError(
    'no machine is named',
    "Name machines, as www1-www9, 'db*' or @GROUP; lsclients lists all machines.",
  );
}
