import type { AbsPath } from '../../common/system/place.ts';
import type { NetworkSource } from './flavour.ts';
import { fileIn, filesOf, type Golden, goldenParts } from './shared/golden.ts';
import { macPattern } from './shared/mac-address.ts';

const folder: AbsPath = '/etc/udev/rules.d';
const tables: AbsPath[] = ['/etc/iftab', '/etc/mactab'];

/** Rules of udev(7), iftab(5) and nameif(8) that name the golden client's cards by their MACs. */
export const cardNames: NetworkSource = {
  name: 'names of cards',

  async find(tree) {
    const rules = await goldenParts(tree, await filesOf(tree, folder, /\.rules$/), withoutCards);
    const found = rules.map(({ left = '', ...golden }): Golden => (left.trim() ? { ...golden, left } : golden));
    for (const path of tables) {
      const table = await fileIn(tree, path);
      if (table && macPattern.test(table.text)) found.push(table);
    }
    return found;
  },
};

/** The rules without rules that name a network card by its MAC; a backslash continues a rule. */
function withoutCards(text: string): string {
  const rules = text.split(/(?<=(?<!\\)\n)/);
  return rules
    .filter(
      (rule) =>
        rule.startsWith('#') || !(/\b(SUBSYSTEM|KERNEL)=="(net|eth\S*|en\S*)"/.test(rule) && macPattern.test(rule)),
    )
    .join('');
}
