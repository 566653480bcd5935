import { fnmatch } from '../../common/model/fnmatch.ts';
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
export async function readKernelModules(tree: Inside, version: string): Promise<KernelModules | undefined> {
  const folder: AbsPath = under('/lib/modules', version);
  const builtinText = (await tree.readText(under(folder, 'modules.builtin'))) ?? '';
  // A kernel with all drivers built in leaves only the list of built-in modules.
  const isWhole = builtinText !== '' && !(await tree.exists(under(folder, 'kernel')));
  const dep = (await tree.readText(under(folder, 'modules.dep'))) ?? (isWhole ? '' : undefined);
  if (dep === undefined) return undefined;
  const modinfo = await tree.readText(under(folder, 'modules.builtin.modinfo'));
  const aliases = [
    ...parseAliases((await tree.readText(under(folder, 'modules.alias'))) ?? ''),
    ...parseModinfo(modinfo ?? ''),
  ];
  return {
    version,
    loadable: named(dep.split('\n').map((line) => line.split(':')[0] ?? '')),
    builtin: new Set(named(builtinText.split('\n')).keys()),
    knowsBuiltinAliases: modinfo !== undefined,
    serving: (modalias) => [
      ...new Set(aliases.filter((one) => fnmatch(one.pattern, modalias)).map((one) => one.module)),
    ],
  };
}

function named(paths: string[]): Map<string, string> {
  const found = paths.map((path) => [moduleName(path.trim()), path.trim()] as const);
  return new Map(found.filter((one): one is [string, string] => one[0] !== undefined));
}

type Alias = { pattern: string; module: string };

/** Lines `alias PATTERN MODULE`. */
function parseAliases(text: string): Alias[] {
  return text.split('\n').flatMap((line) => {
    const [word, pattern, module] = line.split(' ');
    return word === 'alias' && pattern && module ? [{ pattern, module: module.replaceAll('-', '_') }] : [];
  });
}

/** Entries `MODULE.alias=PATTERN`, each ended by NUL. */
function parseModinfo(text: string): Alias[] {
  return text.split('\0').flatMap((entry) => {
    const [, module, pattern] = /^([^.]+)\.alias=(.+)$/s.exec(entry) ?? [];
    return module && pattern ? [{ pattern, module: module.replaceAll('-', '_') }] : [];
  });
}
