import type { AbsPath } from '../../common/system/place.ts';

/** The line of /etc/hosts by which a machine finds its own name without DNS (Debian's 127.0.1.1); others stay. */
export function hostsWithName(old: string, host: string, domain: string | undefined): string {
  const own = `127.0.1.1\t${domain ? `${host}.${domain}\t` : ''}${host}`;
  const lines = (old === '' ? '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n' : old)
    .replace(/\n$/, '')
    .split('\n');
  const isOwn = (line: string) => /^\s*127\.0\.1\.1\s/.test(line);
  const at = lines.findIndex(isOwn);
  const others = lines.filter((line) => !isOwn(line));
  const after = others.findIndex((line) => /^\s*127\.0\.0\.1\s/.test(line)) + 1;
  others.splice(at < 0 ? after : at, 0, own);
  return `${others.join('\n')}\n`;
}

/** Files besides /etc/hostname that name a machine: SUSE's of old (now mostly a link), and OpenRC's. */
export const nameFiles: Record<AbsPath, (old: string, host: string) => string> = {
  '/etc/HOSTNAME': (_, host) => `${host}\n`,
  '/etc/conf.d/hostname': (old, host) => old.replace(/^(\s*hostname=).*$/m, `$1"${host}"`),
};
