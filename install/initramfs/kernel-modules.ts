import { fnmatch } from '../../common/model/fnmatch.ts';
import type { KernelLists } from '../../common/model/image-start.ts';
import type { Inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { moduleName } from './read-initramfs.ts';

/** What a kernel of the image can drive: the lists that depmod(8) and the kernel's build leave beside its modules. */
export type KernelModules = {
  version: string;
  /** Paths below the folder of the kernel's modules, by name. */
  loadable: Map<string, string>;
  builtin: Set<string>;
  /** True if the kernel says which devices its built-in drivers serve (since Linux 5.2). */
  knowsBuiltinAliases: boolean;
  /** Modules (built-in ones too) that serve a device. */
  serving(modalias: string): string[];
};

/** Reads these lists; undefined if the image has no modules of that kernel. */
export async function readKernelLists(tree: Inside, version: string): Promise<KernelLists | undefined> {
  const folder: AbsPath = under('/lib/modules', version);
  const builtin = (await tree.readText(under(folder, 'modules.builtin'))) ?? '';
  // A kernel with all drivers built in leaves only the list of built-in modules.
  const isWhole = builtin !== '' && !(await tree.exists(under(folder, 'kernel')));
  const dep = (await tree.readText(under(folder, 'modules.dep'))) ?? (isWhole ? '' : undefined);
  if (dep === undefined) return undefined;
  const modinfo = await tree.readText(under(folder, 'modules.builtin.modinfo'));
  const aliases = [
    ...aliasLines((await tree.readText(under(folder, 'modules.alias'))) ?? ''),
    ...modinfoAliases(modinfo ?? ''),
  ];
  return {
    version,
    loadable: dep.split('\n').flatMap((line) => line.split(':')[0] || []),
    builtin: builtin.split('\n').filter(Boolean),
    aliases: aliases.join('\n'),
    knowsBuiltinAliases: modinfo !== undefined,
  };
}

/** What these lists mean. */
export function kernelModules({
  version,
  loadable,
  builtin,
  aliases,
  knowsBuiltinAliases,
}: KernelLists): KernelModules {
  const all = aliases.split('\n').flatMap((line) => {
    const [pattern, module] = line.split(' ');
    return pattern && module ? [{ pattern, module: module.replaceAll('-', '_') }] : [];
  });
  return {
    version,
    loadable: named(loadable),
    builtin: new Set(named(builtin).keys()),
    knowsBuiltinAliases,
    serving: (modalias) => [...new Set(all.filter((one) => fnmatch(one.pattern, modalias)).map((one) => one.module))],
  };
}

/** What a kernel of the image can drive; undefined if the image has no modules of that kernel. */
export async function readKernelModules(tree: Inside, version: string): Promise<KernelModules | undefined> {
  const lists = await readKernelLists(tree, version);
  return lists && kernelModules(lists);
}

function named(paths: string[]): Map<string, string> {
  const found = paths.map((path) => [moduleName(path.trim()), path.trim()] as const);
  return new Map(found.filter((one): one is [string, string] => one[0] !== undefined));
}

/** From lines `alias PATTERN MODULE`. */
function aliasLines(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [word, pattern, module] = line.split(' ');
    return word === 'alias' && pattern && module ? [`${pattern} ${module}`] : [];
  });
}

/** From entries `MODULE.alias=PATTERN`, each ended by NUL. */
function modinfoAliases(text: string): string[] {
  return text.split('\0').flatMap((entry) => {
    const [, module, pattern] = /^([^.]+)\.alias=(.+)$/s.exec(entry) ?? [];
    return module && pattern ? [`${pattern} ${module}`] : [];
  });
}
