import path from 'node:path';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import type { BootInputs } from '../boot.ts';
import { cacheFolder } from '../../common/system/cache-folder.ts';
import { readGivenCfg } from '../local-cfg.ts';
import { chooseKernel } from '../kernel/kernel.ts';
import { type Architecture, readArchitecture } from '../../common/boot/architectures.ts';

/** The flags of `systemimager build boot`. */
export type BootOptions = {
  arch?: string;
  kernel?: string;
  modules?: string;
  without?: string[];
  config?: string;
  compress: string;
  addPackage?: string[];
  firmware?: string[];
  update?: boolean;
  force?: boolean;
  sizes?: boolean;
  dryRun?: boolean;
  json?: boolean;
};

/** Reads the flags; `warn` gets warnings that do not stop the build. */
export async function bootInputs(
  root: AbsPath,
  options: BootOptions,
  warn: (line: string) => void,
): Promise<BootInputs> {
  const architecture = readArchitecture(options.arch);
  const compression = options.compress;
  if (compression !== 'fast' && compression !== 'best')
    throw new UserError(`--compress ${compression} is not known`, 'Say fast or best.');
  const kernel = await chooseKernel({
    dropIn: under(root, 'etc/systemimager/boot', architecture),
    kernel: options.kernel,
    modules: options.modules ? fromHere(options.modules) : undefined,
  });
  const localCfg = options.config === undefined ? undefined : fromHere(options.config);
  // Refused before anything is built.
  if (localCfg) await readGivenCfg(localCfg, warn);
  return {
    architecture,
    folder: under(root, 'var/lib/systemimager/boot', architecture),
    cache: cacheFolder(process.env),
    compression,
    kernel,
    localCfg,
    without: [...(options.without ?? [])].sort(),
    addPackages: [...(options.addPackage ?? [])].sort(),
    addFirmware: [...(options.firmware ?? [])].sort(),
    update: options.update ?? false,
    measureTopics: options.sizes ?? false,
  };
}

/** A typed path, relative to the current folder. */
export const fromHere = (text: string): AbsPath => absPath(path.resolve(text));

/** The folder of the kernel and the initrd that `build boot` made; UserError if there are none. */
export async function bootFolder(io: ReadIo, root: AbsPath, arch: Architecture): Promise<AbsPath> {
  const boot = under(root, 'var/lib/systemimager/boot', arch);
  if ((await io.lstat(under(boot, 'initrd.img'))) !== undefined) return boot;
  throw new UserError(`there is no kernel and no initrd in ${boot}`, `Run: systemimager build boot --arch ${arch}`);
}
