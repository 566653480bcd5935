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
