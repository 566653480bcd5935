import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { addressesOf, hostsWithName, type Names } from './etc-hosts.ts';
import { type NameFile, withName } from './names.ts';

/** Writes the name into all files that hold one. If /etc/hosts loses lines besides loopback, a copy and `say` have them. */
export function planNames(
  files: readonly NameFile[],
  oldHosts: string,
  names: Names,
  root: AbsPath,
): { steps: Step[]; say: string[] } {
  const write = (path: AbsPath, content: string, mode = 0o644): Step => ({
    why: `Write ${path}`,
    kind: 'write',
    at: { root, path },
    content,
    mode,
  });
  const others = files.flatMap(({ path, text, mode }) => {
    const content = withName(path, text, names);
    return content === text || path === '/etc/hostname' ? [] : [write(path, content, mode)];
  });
  const hosts = hostsWithName(oldHosts, names);
  const lines = hosts.split('\n');
  const lost = oldHosts.split('\n').filter((line) => !lines.includes(line) && !/^\s*(127\.|::1\s)/.test(line));
  const addresses = addressesOf(lines, names.host);
  const say = [
    ...(lost.length > 0
      ? [
          'Lines of /etc/hosts that named the golden client, kept in a copy beside it:',
          ...lost.map((line) => `  ${line}`),
        ]
      : []),
    ...(names.address && !addresses.includes(names.address)
      ? [
          `/etc/hosts names this machine by ${addresses.join(', ')}, not by the machine’s address ${names.address}: the line stays.`,
        ]
      : []),
  ];
  const hostsStep = { ...write('/etc/hosts', hosts), ...(lost.length > 0 ? { backup: true } : {}) };
  return { steps: [write('/etc/hostname', `${names.host}\n`), ...others, hostsStep], say };
}
