import { UserError } from '../../common/system/errors.ts';
import type { AbsPath } from '../../common/system/place.ts';

/** The administrator's list of what an update leaves alone; its name and form are those of earlier releases. */
export const excludeFile: AbsPath = '/etc/systemimager/updateclient.local.exclude';

/** A pattern of rsync(1), and where it comes from: `FILE line 3`, or a reason of ours. An empty pattern is a reason alone. */
export type LocalRule = { pattern: string; from: string };

/**
 * Reads the administrator's list: a pattern on each line, `#` begins a comment. UserError with line and column for lines that
 * would protect nothing or everything: a list that a person has misspelt must not cost files.
 */
export function parseExcludeFile(text: string, where: string): LocalRule[] {
  const rules: LocalRule[] = [];
  const problems: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (/^[ \t\r]*([#;].*)?$/.test(line)) continue;
    const problem = problemOf(line);
    if (problem) problems.push(`line ${index + 1}, column ${problem.at + 1}: ${problem.what}`);
    rules.push({ pattern: line, from: `${where} line ${index + 1}` });
  }
  if (problems.length === 0) return rules;
  throw new UserError(
    `${where}: ${problems.join('\n    ')}`,
    'Write one pattern of rsync on each line, as /srv/data/* or /var/lib/mysql/, and comments on lines of their own after #.',
  );
}

const controls = /[\0-\x1f\x7f\udc80-\udcff]/;

function problemOf(line: string): { at: number; what: string } | undefined {
  const blank = /(?<![ \t\r])[ \t\r]+$/.exec(line);
  if (blank) return { at: blank.index, what: 'blanks at the end of the line would belong to the pattern' };
  if (!line.startsWith('/')) {
    const at = line.length - line.trimStart().length;
    return { at, what: `${JSON.stringify(line.trim())} does not begin with a slash, so it would protect nothing` };
  }
  const control = controls.exec(line);
  if (control) return { at: control.index, what: 'a byte that is no printable UTF-8' };
  if (/^\/[/*]*$/.test(line)) return { at: 0, what: 'the pattern means every file, so nothing would be updated' };
  const dots = /\/\.{0,2}(?=\/)|\/\.{1,2}$/.exec(line);
  if (dots) return { at: dots.index, what: `no path has the part ${JSON.stringify(dots[0])}` };
  const open = openBracket(line);
  return open < 0 ? undefined : { at: open, what: 'a [ without its ]' };
}

/** The place of a `[` that nothing closes; a `]` right after it is a member of the set. */
function openBracket(line: string): number {
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '[') {
      const first = /^\[[!^]?\]?/.exec(line.slice(at))?.[0].length ?? 1;
      const end = line.indexOf(']', at + first);
      if (end < 0) return at;
      at = end;
    }
  }
  return -1;
}

/** The first list of a machine. An update writes it once, and then it is the administrator's. */
export const firstExcludeFile = `# What updateclient leaves alone on this machine: it neither changes nor removes these files.
# updateclient wrote this file once. From now on the file is yours, and no update changes it.
#
# One pattern of rsync(1) on each line, from the root of the machine: /srv/data/* means what lies in /srv/data,
# and /srv/data/ the folder itself, too. Lines after # are comments.
#
# Without a line here, an update never touches: /proc and its like, other filesystems, what names this machine
# (host name, network, machine-id, ssh host keys, fstab, crypttab, mdadm.conf), its boot menu, and logs.

# people's data
/home/*
/root/*
/srv/*
/mnt/*
/media/*

# temporary files, mail and queues
/tmp/*
/var/tmp/*
/var/spool/*
/var/mail/*
/var/crash/*

# databases
/var/lib/mysql/*
/var/lib/mariadb/*
/var/lib/postgresql/*
/var/lib/pgsql/*
/var/lib/mongodb/*
/var/lib/redis/*
/var/lib/ldap/*
/var/lib/influxdb/*
/var/lib/elasticsearch/*
/var/lib/cassandra/*
/var/lib/rabbitmq/*
/var/lib/prometheus/*
/var/lib/etcd/*

# containers and virtual machines
/var/lib/docker/*
/var/lib/containerd/*
/var/lib/containers/*
/var/lib/kubelet/*
/var/lib/rancher/*
/var/lib/machines/*
/var/lib/portables/*
/var/lib/lxc/*
/var/lib/lxd/*
/var/lib/incus/*
/var/lib/libvirt/images/*
/var/snap/*
`;
