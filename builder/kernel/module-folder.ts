import fs from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../common/system/errors.ts';
import { filesBelow } from '../../common/system/files-below.ts';
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
  /** Module name → path below `kernel/`, without suffix; for modules beside `kernel/`, a path as `updates/dkms/r8168`. */
  paths: ReadonlyMap<string, string>;
  /** Names and aliases of the modules that are built into the kernel. */
  builtin: ReadonlySet<string>;
  /** Firmware that built-in drivers ask for, as the files are named below /lib/firmware. */
  builtinFirmware: readonly string[];
  /** The module's file, decompressed. */
  file(name: string): Promise<AbsPath>;
  info(name: string): Promise<ModuleInfo>;
};

const suffix = /\.ko(\.(xz|zst|gz))?$/;

/**
 * Opens a folder of modules: DIR itself, DIR/VERSION or DIR/lib/modules/VERSION; of several versions, the kernel `wished`.
 * A kernel with everything built in has such a folder too, but only modules.builtin in the folder tells something.
 */
export async function openModules(
  context: BuildContext,
  dir: AbsPath,
  cache: AbsPath,
  wished?: string,
): Promise<ModuleFolder> {
  const at = await findFolder(dir, wished);
  const listed = (await filesBelow(at)).filter((name) => suffix.test(name));
  // depmod.d(5): modules in updates/ and extra/ win over the kernel's own, so they come last: the last of a name is taken.
  const names = [...listed.filter((name) => isKernels(name)), ...listed.filter((name) => !isKernels(name))];
  const files = new Map(names.map((name) => [moduleName(name), under(at, name)]));
  const infos = new Map<string, Promise<ModuleInfo>>();
  const file = async (name: string): Promise<AbsPath> => {
    const found = files.get(name);
    if (!found) throw new Error(`no module ${name}`);
    return found.endsWith('.ko') ? found : decompress(context, found, cache);
  };
  const info = (name: string) => {
    const known = infos.get(name) ?? file(name).then(async (one) => readModinfo(await fs.readFile(one), one));
    infos.set(name, known);
    return known;
  };
  const [first] = files.keys();
  return {
    at,
    // The folder may have any name, so a module tells the version.
    version: first === undefined ? (wished ?? path.basename(at)) : ((await info(first)).vermagic.split(' ')[0] ?? ''),
    paths: new Map(names.map((name) => [moduleName(name), name.replace(suffix, '').replace(/^kernel\//, '')])),
    ...(await readBuiltin(at)),
    file,
    info,
  };
}

const isKernels = (name: string) => name.startsWith('kernel/');

async function findFolder(dir: AbsPath, wished = ''): Promise<AbsPath> {
  for (const place of [dir, under(dir, 'lib/modules'), under(dir, 'usr/lib/modules')]) {
    if (await isModuleFolder(place)) return place;
    const names = (await fs.readdir(place).catch((): string[] => [])).sort();
    for (const name of names.filter((one) => one === wished).concat(names))
      if (await isModuleFolder(under(place, name))) return under(place, name);
  }
  throw new UserError(`${dir} holds no kernel modules`, 'Name the folder that is /lib/modules/VERSION on a machine.');
}

async function isModuleFolder(at: AbsPath): Promise<boolean> {
  const names = await fs.readdir(at).catch((): string[] => []);
  return names.includes('kernel') || names.includes('modules.builtin');
}

async function readBuiltin(at: AbsPath): Promise<Pick<ModuleFolder, 'builtin' | 'builtinFirmware'>> {
  const listed = await fs.readFile(under(at, 'modules.builtin'), 'utf8').catch(() => '');
  // kernel/Documentation/kbuild: texts `module.key=value`, each ended by NUL.
  const info = await fs.readFile(under(at, 'modules.builtin.modinfo'), 'latin1').catch(() => '');
  const said = info.split('\0').map((text) => /^[^.=]+\.(alias|firmware)=(.*)$/.exec(text) ?? []);
  const values = (key: string) => said.flatMap(([, name, value]) => (name === key ? (value ?? []) : []));
  return {
    builtin: new Set([...listed.split('\n').filter(Boolean).map(moduleName), ...values('alias')]),
    builtinFirmware: values('firmware'),
  };
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
  // The entry is a folder: a use touches the entry, and the key of depmod's tables contains the module's own time.
  const folder = await once(at, async (temporary) => {
    await fs.mkdir(temporary);
    const command = { argv, stdin: { file: packed }, stdoutFile: under(temporary, 'module.ko') };
    await runOrFail(context, command, `Decompressing ${path.basename(packed)}`);
  });
  return under(folder, 'module.ko');
}
