import type { AbsPath } from '../../common/system/place.ts';
import type { NetworkSource } from './flavour.ts';
import { filesOf, goldenParts } from './shared/golden.ts';

const folders: AbsPath[] = ['/etc', '/etc/dhcp', '/etc/dhcp3'];

/** dhclient.conf(5): addresses for networks without a server, and ids of one machine for a server. Flavours start dhclient. */
export const dhclient: NetworkSource = {
  name: 'dhclient',

  async find(tree) {
    const files = await Promise.all(folders.map((folder) => filesOf(tree, folder, /^dhclient.*\.conf$/)));
    return goldenParts(tree, files.flat(), withoutIds);
  },
};

const fixed = /^(lease|alias)\b/;
/** A fixed value; `gethostname()` and `hardware` are each machine's own. */
const id =
  /^(send|supersede|default)\s+(dhcp-client-identifier|host-name|fqdn\.\S+|dhcp6\.client-id|dhcp-requested-address)\b(?!.*\b(gethostname|hardware)\b)/s;

/** The text without fixed leases and ids, also in the block of an interface. */
function withoutIds(text: string): string {
  return statements(text)
    .map((one) => {
      const start = one.search(/^[ \t]*[^\s#]/m);
      const [before, statement] = start < 0 ? [one, ''] : [one.slice(0, start), one.slice(start)];
      const word = statement.trimStart();
      if (fixed.test(word) || id.test(word)) return before.replace(/\n$/, '');
      const [, head, inner, tail] = /^(\s*interface[^{]*\{)(.*)(\}[^}]*)$/s.exec(statement) ?? [];
      return head === undefined ? one : `${before}${head}${withoutIds(inner ?? '')}${tail}`;
    })
    .join('');
}

/** Pieces that each end with a statement's `;` or `}`; signs in quotes and comments do not count. */
function statements(text: string): string[] {
  const found: string[] = [];
  let [start, depth] = [0, 0];
  for (const { 0: token, index } of text.matchAll(/#.*|"(?:\\.|[^"\\])*"|[;{}]/g)) {
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    if ((token !== ';' && token !== '}') || depth > 0) continue;
    found.push(text.slice(start, index + 1));
    start = index + 1;
  }
  return [...found, text.slice(start)];
}
