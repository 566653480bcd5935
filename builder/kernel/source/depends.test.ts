import { expect, it } from 'vitest';
import { isAsked, missingFor, parseDefinitions } from './depends.ts';

const definitions = parseDefinitions(`
menu "Cards"
	depends on PCI

config OLD
	bool "old cards"
	depends on ISA && (EISA || \\
		MCA)
if NET
config CARD
	tristate "a card"
	depends on !SLOW
endif
endmenu
config FREE
	bool
config TOLD
	bool "an option with a help text"
	help
	  Say Y here
	  if unsure. Two of these lines look like blocks:

	  menu "of a restaurant"
	    depends on MONEY
	depends on HUNGER
config TOOLS
	bool "asks a program of the build machine"
	depends on $(success,$(OBJCOPY) --version)
config LAST
	help
config END
	bool "the end"
`);
const missing = (name: string, on: string[]) =>
  missingFor(name, definitions, new Map(on.map((one) => [one, 'y'] as const)));

it('names what a symbol depends on, its menu and the blocks around it', () => {
  expect(missing('OLD', [])).toEqual(['PCI', 'ISA', '(EISA || MCA)']);
  expect(missing('OLD', ['PCI', 'MCA'])).toEqual(['ISA']);
  expect(missing('CARD', ['PCI'])).toEqual(['NET']);
});
it('names what must be off', () => {
  expect(missing('CARD', ['PCI', 'NET', 'SLOW'])).toEqual(['!SLOW']);
});
it('tells nothing of a symbol that has all it needs, or that is unknown', () => {
  expect([missing('OLD', ['PCI', 'ISA', 'EISA']), missing('FREE', []), missing('GONE', [])]).toEqual([[], [], []]);
});
it('takes nothing out of a help text', () => {
  expect([missing('TOLD', []), missing('END', [])]).toEqual([['HUNGER'], []]);
});
it('tells nothing of what kconfig asks a program', () => {
  expect(missing('TOOLS', [])).toEqual([]);
});
it('knows which symbols a person may choose', () => {
  expect([isAsked('OLD', definitions), isAsked('CARD', definitions), isAsked('FREE', definitions)]).toEqual([
    true,
    true,
    false,
  ]);
});
