import type { Owner, ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';

/** The permission of others to pass through a directory (inode(7), S_IXOTH). */
const othersPass = 0o001;

/** The first directory on the way to `at` that bars other users than its owner; undefined if they can reach `at`. */
export async function barrierTo(io: ReadIo, at: AbsPath): Promise<AbsPath | undefined> {
  const parts = at.split('/').filter(Boolean);
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const dir = under('/', ...parts.slice(0, depth));
    const stat = await io.lstat(dir);
    if (stat?.kind === 'dir' && (stat.mode & othersPass) === 0) return dir;
  }
  return undefined;
}

/** A user of /etc/passwd. */
export type User = Owner & { name: string };

/** The first of these users that /etc/passwd(5) has. */
export async function findUser(io: ReadIo, names: readonly string[]): Promise<User | undefined> {
  const text = (await io.readText('/etc/passwd')) ?? '';
  const users = text.split('\n').map((line) => line.split(':'));
  for (const name of names) {
    const [, , uid, gid] = users.find((one) => one[0] === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/**
 * The user that dnsmasq becomes once its ports are open: its own user or nobody. If other users cannot reach the files that
 * dnsmasq offers by TFTP, dnsmasq has to stay root.
 */
export async function dnsmasqUser(io: ReadIo, offered: readonly AbsPath[]): Promise<string> {
  for (const at of offered) if (await barrierTo(io, at)) return 'root';
  return (await findUser(io, ['dnsmasq', 'nobody']))?.name ?? 'root';
}
