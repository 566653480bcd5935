import fs from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { contentKey, once } from '../cache.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { type ModuleInfo, readModinfo } from './modinfo.ts';
import { moduleName } from './patterns.ts';

/** The modules of one kernel. */
export type ModuleFolder = {
  /** The folder that is /lib/modules/VERSION on a machine. */
  at: AbsPath;
  version: string;
  /** Module name → path below `kernel/`, without suffix. */
  paths: ReadonlyMap<string, string>;
  /** Names of what is built into the kernel, and aliases of those. */
  builtin: ReadonlySet<string>;
  /** The module's file, decompressed. */
  file(name: string): Promise<AbsPath>;
  info(name: string): Promise<ModuleInfo>;
};

/** Opens a folder of modules: DIR itself, DIR/VERSION or DIR/lib/modules/VERSION, whichever holds `kernel/`. */
export async function openModules(context: BuildContext, dir: AbsPath, cache: AbsPath): Promise<ModuleFolder> {
  const at = await findFolder(dir);
  const kernel = under(at, 'kernel');
  const names = (await fs.readdir(kernel, { recursive: true }))
    .filter((name) => /\.ko(\.(xz|zst|gz))?$/.test(name))
    .sort();
  const files = new Map(names.map((name) => [moduleName(name), under(kernel, name)]));
  const infos = new Map<string, Promise<ModuleInfo>>();
  const version = path.basename(at);
  const file = async (name: string): Promise<AbsPath> => {
    const found = files.get(name);
    if (!found) throw new Error(`no module ${name}`);
    return found.endsWith('.ko') ? found : decompress(context, found, cache);
  };
  return {
    at,
    version,
    paths: new Map(names.map((name) => [moduleName(name), name.replace(/\.ko(\.(xz|zst|gz))?$/, '')])),
    builtin: await readBuiltin(at),
    file,
    info(name) {
      const info = infos.get(name) ?? file(name).then(async (one) => readModinfo(await fs.readFile(one), one));
      infos.set(name, info);
      return info;
    },
  };
}

async function findFolder(dir: AbsPath): Promise<AbsPath> {
  for (const place of [dir, under(dir, 'lib/modules'), under(dir, 'usr/lib/modules')]) {
    const names = (await fs.readdir(place).catch((): string[] => [])).sort();
    if (names.includes('kernel')) return place;
    for (const name of names)
      if ((await fs.readdir(under(place, name)).catch((): string[] => [])).includes('kernel'))
        return under(place, name);
  }
  throw new UserError(`${dir} holds no kernel modules`, 'Name the folder that is /lib/modules/VERSION on a machine.');
}

async function readBuiltin(at: AbsPath): Promise<Set<string>> {
  const listed = await fs.readFile(under(at, 'modules.builtin'), 'utf8').catch(() => '');
  // kernel/Documentation/kbuild: texts `module.key=value`, each ended by NUL.
  const info = await fs.readFile(under(at, 'modules.builtin.modinfo'), 'latin1').catch(() => '');
  const aliases = info.split('\0').flatMap((text) => /^[^.=]+\.alias=(.*)$/.exec(text)?.[1] ?? []);
  return new Set([...listed.split('\n').filter(Boolean).map(moduleName), ...aliases]);
}

const decompressors: Record<string, [string, ...string[]]> = {
  '.xz': ['xz', '-dc'],
  '.zst': ['zstd', '-dcq'],
  '.gz': ['gzip', '-dc'],
};

async function decompress(context: BuildContext, packed: AbsPath, cache: AbsPath): Promise<AbsPath> {
  const argv = decompressors[path.extname(packed)];
  if (!argv) throw new Error(packed);
  const { size, mtimeMs } = await fs.stat(packed);
  const at = under(cache, 'modules', contentKey(packed, String(size), String(mtimeMs)));
  // A folder of its own: an entry of the cache is touched when it is used, and depmod's tables go by the module's own time.
  const folder = await once(at, async (temporary) => {
    await fs.mkdir(temporary);
    const command = { argv, stdin: { file: packed }, stdoutFile: under(temporary, 'module.ko') };
    await runOrFail(context, command, `Decompressing ${path.basename(packed)}`);
  });
  return under(folder, 'module.ko');
}
