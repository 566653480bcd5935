import type { ModuleFolder } from './module-folder.ts';

/** Where modules lie that others ask for by an algorithm's name: `softdep: pre: crypto-crc32c`. */
const algorithms = /^(crypto|arch\/\w+\/crypto|lib\/(crypto|crc))\//;

/** Where filesystems lie. */
const filesystems = /^fs\//;

/** Modules with all that they need, in an order in which they can be loaded. */
export async function moduleClosure(folder: ModuleFolder, names: Iterable<string>): Promise<string[]> {
  const found = new Set<string>();
  const visiting = new Set<string>();
  const byAlgorithm = await answering(folder, algorithms);
  const visit = async (name: string): Promise<void> => {
    if (found.has(name) || visiting.has(name) || !folder.paths.has(name)) return;
    visiting.add(name);
    const { depends, softdeps } = await folder.info(name);
    for (const one of depends) await visit(one);
    for (const one of softdeps)
      for (const answer of [one.replaceAll('-', '_'), ...(byAlgorithm.get(one) ?? [])]) await visit(answer);
    found.add(name);
  };
  for (const name of names) await visit(name);
  return [...found];
}

/** The modules in some place by each name that they answer to besides their own. */
async function answering(folder: ModuleFolder, place: RegExp): Promise<Map<string, string[]>> {
  const answers = new Map<string, string[]>();
  for (const [name, at] of folder.paths) {
    if (!place.test(at)) continue;
    for (const alias of (await folder.info(name)).aliases) answers.set(alias, [...(answers.get(alias) ?? []), name]);
  }
  return answers;
}

/** Where a module that BOEL needs is: among the modules, in the kernel itself, or nowhere. */
export type Located = { modules: string[]; builtin: string[]; missing: string[] };

/** Finds needed modules by name; filesystems by alias too, as ext2 and ext3 for ext4 where it does their work. */
export async function locateModules(folder: ModuleFolder, needed: readonly string[]): Promise<Located> {
  const located: Located = { modules: [], builtin: [], missing: [] };
  const aliases = await answering(folder, filesystems);
  for (const one of needed) {
    const name = one.replaceAll('-', '_');
    const module = folder.paths.has(name) ? name : (aliases.get(`fs-${one}`) ?? aliases.get(one))?.[0];
    if (module) located.modules.push(module);
    else if (folder.builtin.has(name) || folder.builtin.has(one) || folder.builtin.has(`fs-${one}`))
      located.builtin.push(one);
    else located.missing.push(one);
  }
  return located;
}
