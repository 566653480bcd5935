import { rsyncUrl, type ServerAddress } from '../../common/model/server-address.ts';
import { ServerAway, UserError } from '../../common/system/errors.ts';
import type { Exit, ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { quoteArgv } from '../../common/system/quote.ts';
import { passingReason, rsyncHints } from '../../install/transports/rsync-daemon.ts';
import { rsyncListFolder } from '../../install/transports/rsync-list.ts';
import type { LocalRule } from './exclude-file.ts';
import { readScan, type Scan, scanArgv, scanNamesArgv } from './scan.ts';

/** rsync prints times in this zone. */
const env = { TZ: 'UTC' };

/** What makes an image differ from a directory. UserError if the server, the image or the machine does not allow a comparison. */
export async function compareImage(
  io: ReadIo,
  server: ServerAddress,
  image: string,
  to: AbsPath,
  how: { rules: readonly LocalRule[]; only: readonly string[]; signal: AbortSignal },
): Promise<Scan> {
  const argv = scanArgv(rsyncUrl(server, `${image}/`), `${to === '/' ? '' : to}/`, how.rules, how.only);
  const exit = await io.run({ argv, env }, { signal: how.signal });
  how.signal.throwIfAborted();
  check(exit, server, image);
  return readScan(exit.stdout, how.rules);
}

/** What makes some names of a folder of the server differ from a directory. */
export async function compareNames(
  io: ReadIo,
  server: ServerAddress,
  folder: string,
  to: AbsPath,
  names: readonly string[],
): Promise<Scan['differences']> {
  if (names.length === 0) return [];
  const argv = scanNamesArgv(rsyncUrl(server, `${folder}/`), `${to === '/' ? '' : to}/`);
  const exit = await io.run({ argv, env, stdin: names.map((name) => `${name}\0`).join('') });
  check(exit, server, folder);
  return readScan(exit.stdout, []).differences;
}

/** The directories in which an image has anything. */
export async function filledIn(
  io: ReadIo,
  server: ServerAddress,
  image: string,
  dirs: readonly string[],
): Promise<Set<string>> {
  const filled = new Set<string>();
  for (const dir of dirs) {
    const files = (await rsyncListFolder(io, server, `${image}${dir}`)) ?? [];
    if (files.some(({ path }) => path !== 'lost+found')) filled.add(dir);
  }
  return filled;
}

const blocked = /^could not make way for new .+?: (.+)$/;

function check(exit: Exit, server: ServerAddress, tree: string): void {
  const { code, stderr } = exit;
  const where = `image server ${server.host}`;
  const lines = stderr.split('\n').filter(Boolean);
  const inTheWay = lines.flatMap((line) => blocked.exec(line)?.[1] ?? []);
  if (inTheWay.length > 0)
    throw new UserError(
      `the image has a file or a link where this machine has a folder with files that stay: ${inTheWay.map((path) => `/${path}`).join(', ')}`,
      'Move these files away; or write the folder itself into updateclient.local.exclude, so that it stays as it is.',
    );
  if (code === 0) return;
  if (/@ERROR: Unknown module/i.test(stderr))
    throw new UserError(
      `${where} has no image ${tree}`,
      'Images are listed by `systemimager lsimage` on the image server.',
    );
  if (/@ERROR: access denied/.test(stderr))
    throw new UserError(
      `${where} refuses this machine`,
      'Add the network of this machine to `networks` in /etc/systemimager/server.toml on the image server.',
    );
  const passing = passingReason(exit);
  if (passing !== undefined)
    throw new ServerAway(
      `${where}, port ${server.rsyncPort}: ${passing}; nothing was changed`,
      rsyncHints[code] ?? 'Try again later.',
    );
  throw new UserError(
    `this machine and ${tree} of ${where} cannot be compared; nothing was changed\n    ${lines.slice(-20).join('\n    ')}`,
    `${rsyncHints[code] ?? ''} To see the failure again, run: ${quoteArgv(exit.argv)}`.trim(),
  );
}
