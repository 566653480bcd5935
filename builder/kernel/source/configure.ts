import fs from 'node:fs/promises';
import path from 'node:path';
import { filesBelow } from '../../../common/system/files-below.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';
import { checkKconfig, mergeKconfig, parseKconfig, type Wishes } from '../../kconfig.ts';
import { type Definitions, isAsked, missingFor, parseDefinitions } from './depends.ts';

/** Runs make(1) in the source of Linux; each question is answered by its default. */
export type Make = (...targets: string[]) => Promise<void>;

/** What the kernel is configured from. */
export type ConfigInputs = {
  /** The .config of Debian's kernel. */
  debian: string;
  /** The modules that BOEL takes out of Debian's kernel. */
  modules: readonly string[];
  /** The lines of kernel-config/*.config. */
  wishes: Wishes;
};

/**
 * Writes the .config of a kernel without modules: Debian's, with BOEL's drivers built in, all other modules left out, and the
 * wished lines. UserError if an option of a wish, or of a driver, is lost. The result names wishes to leave out options that this
 * source does not have.
 */
export async function configure(source: AbsPath, make: Make, inputs: ConfigInputs): Promise<string[]> {
  const { debian, modules, wishes } = inputs;
  const config = under(source, '.config');
  const loaded = under(source, 'boel-modules');
  await fs.writeFile(config, debian);
  // scripts/kconfig/streamline_config.pl reads a list as lsmod(8) prints it, and finds the options by the Makefiles.
  await fs.writeFile(loaded, lsmodOf(modules));
  await make(`LSMOD=${loaded}`, 'localyesconfig');
  const local = await fs.readFile(config, 'utf8');
  const drivers = driverOptions(debian, local);
  await fs.writeFile(config, mergeKconfig(withoutModules(local), wishes));
  await make('olddefconfig');
  const result = await fs.readFile(config, 'utf8');
  const definitions = await readDefinitions(source);
  const why = (name: string) => {
    if (!definitions.has(name)) return '; this source has no such option';
    const missing = missingFor(name, definitions, parseKconfig(result));
    return missing.length > 0 ? `; needs ${missing.join(' and ')}` : '';
  };
  checkKconfig(result, wishes, why);
  const asked = drivers.filter((name) => isAsked(name, definitions) && !wishes.has(name));
  const from = 'a driver of kernel-config/*.modules';
  checkKconfig(result, new Map(asked.map((name) => [name, { value: 'y', from }])), why);
  return [...wishes].flatMap(([name, wish]) => (definitions.has(name) ? [] : [`CONFIG_${name} (${wish.from})`]));
}

export const lsmodOf = (modules: readonly string[]) =>
  ['Module Size Used by', ...modules.map((name) => `${name} 1 0`), ''].join('\n');

/** Options that are modules in Debian's kernel and are now built in. */
export function driverOptions(debian: string, local: string): string[] {
  const symbols = parseKconfig(local);
  return [...parseKconfig(debian)]
    .filter(([name, value]) => value === 'm' && symbols.get(name) === 'y')
    .map(([name]) => name);
}

/** Without CONFIG_MODULES, kconfig would build in what is still a module. */
const withoutModules = (config: string) => config.replaceAll(/^CONFIG_\w+=m\n/gm, '');

async function readDefinitions(source: AbsPath): Promise<Definitions> {
  const isMeant = (name: string) =>
    path.basename(name).startsWith('Kconfig') && !/^(Documentation\/|arch\/(?!x86\/|Kconfig))/.test(name);
  const names = (await filesBelow(source)).filter(isMeant);
  const texts = await Promise.all(names.map((name) => fs.readFile(under(source, name), 'utf8')));
  return parseDefinitions(texts.join('\n'));
}
