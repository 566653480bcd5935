import { expect, it } from 'vitest';
import { checkKconfig, mergeKconfig, parseFragments, parseKconfig } from './kconfig.ts';

const parse = (...texts: string[]) => parseFragments(texts.map((text, at) => ({ name: `config/${at}.config`, text })));

it('puts wished values in place of those that were there', () => {
  const wishes = parse('# shell\nCONFIG_ASH=y\nCONFIG_LEN=1024\n# CONFIG_TOP is not set\n');
  const merged = mergeKconfig('# CONFIG_ASH is not set\nCONFIG_LEN=0\nCONFIG_TOP=y\nCONFIG_CAT=y\n', wishes);
  expect(Object.fromEntries(parseKconfig(merged))).toEqual({ ASH: 'y', LEN: '1024', TOP: 'n', CAT: 'y' });
});

it('names the lines that do not hold, and why', () => {
  const wishes = parse('CONFIG_ASH=y\nCONFIG_NEW=y\n# CONFIG_GONE is not set\n');
  expect(() => checkKconfig('CONFIG_ASH=y\n', wishes, (name) => `: ${name} is unknown`)).toThrow(
    'kconfig does not take CONFIG_NEW=y (config/0.config line 2: NEW is unknown)',
  );
});

it.each(['CONFG_ASH=y', 'CONFIG_ASH y', 'CONFIG_ASH =y', 'CONFIG_ASH=', '# CONFIG_ASH is not  set', '#CONFIG_ASH=y'])(
  'refuses the line %s, which is no option, though kconfig would take the line for a comment',
  (line) => expect(() => parse(`# a topic\n\n${line}\n`)).toThrow(`config/0.config line 3 is no option: ${line}`),
);

it('refuses an option that two fragments give two values, and takes one that they give the same', () => {
  expect(() => parse('CONFIG_ASH=y\n', '\n# CONFIG_ASH is not set\n')).toThrow(
    'CONFIG_ASH is y in config/0.config line 1, and n in config/1.config line 2',
  );
  expect(parse('CONFIG_ASH=y\n', 'CONFIG_ASH=y\n').size).toBe(1);
});
