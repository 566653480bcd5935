import type { ModuleFolder } from './module-folder.ts';

/** The folders of modules that others request by an algorithm's name: `softdep: pre: crypto-crc32c`. */
const algorithms = /^(crypto|arch\/\w+\/crypto|lib\/(crypto|crc))\//;

/** The folder of filesystem modules. */
const filesystems = /^fs\//;

/** The modules and all their dependencies, in an order in which they can be loaded. */
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

/** The modules in `place`, by each of their aliases. */
async function answering(folder: ModuleFolder, place: RegExp): Promise<Map<string, string[]>> {
  const answers = new Map<string, string[]>();
  for (const [name, at] of folder.paths) {
    if (!place.test(at)) continue;
    for (const alias of (await folder.info(name)).aliases) answers.set(alias, [...(answers.get(alias) ?? []), name]);
  }
  return answers;
}

/** The modules that BOEL needs: found as a module, built into the kernel, or missing. */
export type Located = { modules: string[]; builtin: string[]; missing: string[] };

/** Finds needed modules by name, and filesystems by alias too: ext4 may do the work of ext2 and ext3. */
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
