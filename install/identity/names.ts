import type { Inside } from '../../common/system/inside.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Names } from './etc-hosts.ts';

/** Files in which a machine's own name is the value of a variable, or the whole text: old SUSE, Red Hat 6, OpenRC, Void. */
const variables: Record<AbsPath, RegExp> = {
  '/etc/hostname': /^()[^\s#].*$/m,
  '/etc/HOSTNAME': /^()[^\s#].*$/m,
  '/etc/sysconfig/network': /^([ \t]*HOSTNAME=["']?)[^\s"']*/m,
  '/etc/conf.d/hostname': /^([ \t]*hostname=["']?)[^\s"']*/m,
  '/etc/rc.conf': /^([ \t]*HOSTNAME=["']?)[^\s"']*/m,
};

/** Files of mail servers and of systemd with the name among other text: only the name is replaced. */
const mentions: Record<AbsPath, RegExp> = {
  '/etc/mailname': /^.*$/gm,
  '/etc/machine-info': /^[ \t]*PRETTY_HOSTNAME=.*$/gm,
  '/etc/postfix/main.cf': /^[ \t]*(myhostname|mydestination|myorigin)[ \t]*=.*(\n[ \t].*)*$/gm,
  '/etc/exim4/update-exim4.conf.conf': /^[ \t]*(dc_other_hostnames|dc_readhost)=.*$/gm,
};

/** A file with a name, as the image has it. */
export type NameFile = { path: AbsPath; text: string; mode: number };

/** Texts of the files that may hold the golden client's name. */
export async function probeNameFiles(tree: Inside): Promise<NameFile[]> {
  const found: NameFile[] = [];
  for (const path of [...Object.keys(variables), ...Object.keys(mentions)] as AbsPath[]) {
    const facts = await tree.lstat(path);
    // SUSE has /etc/HOSTNAME as a link to /etc/hostname.
    if (facts?.kind === 'file') found.push({ path, text: (await tree.readText(path)) ?? '', mode: facts.mode });
  }
  return found;
}

/** The names that the files give to the machine. */
export function goldenNamesIn(files: readonly Pick<NameFile, 'path' | 'text'>[]): string[] {
  const names = files.flatMap(({ path, text }) => {
    const pattern = variables[path];
    const [whole, before = ''] = pattern?.exec(text) ?? [];
    return whole === undefined ? [] : [whole.slice(before.length).trim()];
  });
  return [...new Set(names)].filter((name) => /^[\w.-]+$/.test(name) && !/^localhost(\.|$)/i.test(name));
}

/** The text with this machine's name. A name with a domain becomes a name with a domain, except in /etc/hostname. */
export function withName(path: AbsPath, text: string, names: Names): string {
  const { golden, host, domain } = names;
  const full = domain ? `${host}.${domain}` : host;
  if (path === '/etc/hostname') return `${host}\n`;
  const variable = variables[path];
  if (variable) {
    const said = goldenNamesIn([{ path, text }])[0] ?? '';
    return text.replace(variable, (_, before: string) => `${before}${said.includes('.') ? full : host}`);
  }
  const labels = golden.map((name) => name.replace(/\..*/s, '').replaceAll(/[^\w-]/g, '')).filter(Boolean);
  if (labels.length === 0) return text;
  const name = new RegExp(`(?<![\\w.-])(?:${labels.join('|')})((?:\\.[\\w-]+)*)(?![\\w-])`, 'gi');
  return text.replace(mentions[path] ?? /$^/, (line) =>
    line.replace(name, (_, rest: string) => (rest === '' ? host : domain ? full : `${host}${rest}`)),
  );
}
