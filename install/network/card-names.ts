import type { AbsPath } from '../../common/system/place.ts';
import type { NetworkSource } from './flavour.ts';
import { filesOf, type Golden, goldenFiles, goldenParts } from './shared/golden.ts';
import { macPattern } from './shared/mac-address.ts';

const folder: AbsPath = '/etc/udev/rules.d';

/** Rules of udev(7), iftab(5) and nameif(8) that name cards by their MACs, which are not here. */
export const cardNames: NetworkSource = {
  name: 'names of cards',

  async find(tree) {
    const rules = await goldenParts(tree, await filesOf(tree, folder, /\.rules$/), withoutCards);
    const tables = await goldenFiles(
      tree,
      ['/etc'],
      (text, name) => (name === 'iftab' || name === 'mactab') && macPattern.test(text),
    );
    return [
      ...rules.map(({ left = '', ...golden }): Golden => (left.trim() ? { ...golden, left } : golden)),
      ...tables,
    ];
  },
};

/** The rules without those of a network card by its MAC; a backslash continues a rule. */
function withoutCards(text: string): string {
  const rules = text.split(/(?<=(?<!\\)\n)/);
  return rules
    .filter(
      (rule) =>
        rule.startsWith('#') || !(/\b(SUBSYSTEM|KERNEL)=="(net|eth\S*|en\S*)"/.test(rule) && macPattern.test(rule)),
    )
    .join('');
}
