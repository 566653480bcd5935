import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';

/** Permission of others to pass through a directory (inode(7), S_IXOTH). */
const othersPass = 0o001;

/**
 * Whom dnsmasq becomes once its ports are open: its own user or nobody. Where other users cannot reach the TFTP folder, it has
 * to stay root; `barred` is the directory that bars them.
 */
export async function dnsmasqUser(io: ReadIo, tftp: AbsPath): Promise<{ user: string; barred?: AbsPath }> {
  const parts = tftp.split('/').filter(Boolean);
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const dir = under('/', ...parts.slice(0, depth));
    const stat = await io.lstat(dir);
    if (stat?.kind === 'dir' && (stat.mode & othersPass) === 0) return { user: 'root', barred: dir };
  }
  const users = ((await io.readText('/etc/passwd')) ?? '').split('\n').map((line) => line.split(':')[0]);
  return { user: users.includes('dnsmasq') ? 'dnsmasq' : 'nobody' };
}
