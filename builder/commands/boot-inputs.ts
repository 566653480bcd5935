import fs from 'node:fs/promises';
import path from 'node:path';
import { parseLocalCfg } from '../../common/model/local-cfg.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import type { BootInputs } from '../boot.ts';
import { cacheFolder } from '../cache.ts';
import { chooseKernel } from '../kernel/kernel.ts';
import { readArchitecture } from '../../common/boot/architectures.ts';

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
    kernel: options.kernel ? fromHere(options.kernel) : undefined,
    modules: options.modules ? fromHere(options.modules) : undefined,
  });
  const localCfg = options.config === undefined ? undefined : fromHere(options.config);
  if (localCfg) await checkLocalCfg(localCfg, warn);
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
const fromHere = (text: string): AbsPath => absPath(path.resolve(text));

/** Refuses, before anything is built, a local.cfg that BOEL would refuse. */
async function checkLocalCfg(at: AbsPath, warn: (line: string) => void): Promise<void> {
  const content = await fs.readFile(at).catch((error: unknown) => {
    throw new UserError(`${at} cannot be read: ${(error as Error).message}`, 'Name a local.cfg with --config.');
  });
  for (const warning of parseLocalCfg(content, at).warnings) warn(warning);
}
