import path from 'node:path';
import type { CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';
import { kindNamed, onlyKind } from './choose-kind.ts';
import { dhcpKinds } from './index.ts';
import type { DhcpKind } from './kind.ts';

/** What `serve --dhcp` is called among the daemons. */
export const ownName = 'serve';

/** A lease file; its text begins with the older files that belong to it. */
export type LeaseFile = { at: AbsPath; text: string };
type Leases = { kind: DhcpKind; file: LeaseFile };

async function readLeaseFile(
  { io }: CliContext,
  at: AbsPath,
  older: DhcpKind['olderLeases'],
): Promise<LeaseFile | undefined> {
  const text = await io.readText(at);
  if (text === undefined) return undefined;
  for (const set of older) {
    const before = (await Promise.all(set.map((end) => io.readText(`${at}${end}`)))).filter((one) => one !== undefined);
    // A file that was cut off may lack its last line end.
    if (before.length > 0) return { at, text: [...before.map((one) => one.replace(/(?<!\n)$/, '\n')), text].join('') };
  }
  return { at, text };
}

/** The typed lease file, and the server that it belongs to. */
async function typedLeases(context: CliContext, file: string, daemon?: string): Promise<Leases> {
  const at = absPath(path.resolve(file));
  const stat = await context.io.lstat(at);
  if (stat?.kind === 'dir') throw new UserError(`${at} is a folder`, 'Name the lease file in that folder.');
  const text = stat && (await context.io.readText(at));
  if (text === undefined) throw new UserError(`${at} is not there`, 'Name the lease file of the DHCP server.');
  const named = daemon === undefined ? undefined : kindNamed(daemon);
  const whose = dhcpKinds.find((one) => one.isLeaseFile(text));
  const kind = named ?? whose;
  if (!kind)
    throw new UserError(
      `${at} holds no leases of ${dhcpKinds.map((one) => one.title).join(', ')}`,
      'Name the file in which the DHCP server keeps its leases.',
    );
  return { kind, file: (await readLeaseFile(context, at, kind.olderLeases)) ?? { at, text } };
}

/** The lease files in the servers' own places; only files with leases, if there are any. */
async function searchLeases(context: CliContext, kinds: readonly DhcpKind[]): Promise<Leases[]> {
  const found: Leases[] = [];
  for (const kind of kinds)
    for (const place of kind.leaseFiles) {
      const file = await readLeaseFile(context, under(context.root, place), kind.olderLeases);
      if (!file) continue;
      found.push({ kind, file });
      break;
    }
  // Packages make an empty file, and a file may stay behind when its server is removed.
  const inUse = found.filter((one) => one.kind.isLeaseFile(one.file.text));
  return inUse.length > 0 ? inUse : found;
}

/** The leases of `serve --dhcp`, if these are meant: by `--daemon serve`, or because no other leases are here. */
export async function findOwnLeases(
  context: CliContext,
  { leases, daemon }: { leases?: string; daemon?: string },
): Promise<LeaseFile | undefined> {
  const isTyped = daemon === ownName;
  if (leases !== undefined || (daemon !== undefined && !isTyped)) return undefined;
  const file = await readLeaseFile(context, serverPaths(context.root).leases, []);
  if (isTyped) {
    if (file) return file;
    throw new UserError('`serve --dhcp` has lent no address yet', 'Switch the machines on first.');
  }
  return (await searchLeases(context, dhcpKinds)).length > 0 ? undefined : file;
}

async function foundLeases(context: CliContext, daemon?: string): Promise<Leases> {
  const typed = daemon === undefined ? undefined : kindNamed(daemon);
  const found = await searchLeases(context, typed ? [typed] : dhcpKinds);
  // The server has not run yet, but machines that addclients knows can be reserved.
  if (typed && found.length === 0)
    return { kind: typed, file: { at: under(context.root, typed.leaseFiles[0]), text: '' } };
  const kind = onlyKind(
    found.map((one) => one.kind),
    'here with leases',
  );
  const one = found.find((some) => some.kind === kind);
  if (!one) throw new Error(`no leases of ${kind.name}`);
  return one;
}

/** The leases of the typed file, else of the server that is in use; UserError if they are another server's. */
export async function findLeases(
  context: CliContext,
  { leases, daemon }: { leases?: string; daemon?: string },
): Promise<Leases> {
  const found = leases === undefined ? await foundLeases(context, daemon) : await typedLeases(context, leases, daemon);
  const { kind, file } = found;
  const other = dhcpKinds.find((one) => one !== kind && one.isLeaseFile(file.text));
  if (!other) return found;
  throw new UserError(`${file.at} holds leases of ${other.title}, not of ${kind.title}`, `Say --daemon ${other.name}.`);
}
