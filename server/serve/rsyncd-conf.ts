import { ImageName } from '../../common/model/names.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Networks } from '../config/networks.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import { rsyncdValue } from '../languages.ts';
import { renderNamed } from '../templates.ts';

/** One module of the rsync daemon: a name and the directory that it shows, read-only. */
export type RsyncModule = { name: string; path: AbsPath; comment: string };

/** The images that are there: real directories with an image's name. Anything else in the folder is left out. */
export async function listImages(io: ReadIo, paths: Pick<ServerPaths, 'images'>): Promise<string[]> {
  const names = (await io.list(paths.images)) ?? [];
  const isImage = await Promise.all(
    names.map(async (name) => {
      if (!ImageName.safeParse(name).success) return false;
      return (await io.lstat(under(paths.images, name)))?.kind === 'dir';
    }),
  );
  return names.filter((_, at) => isImage[at]);
}

/**
 * The images whose names differ from an earlier one only in small and capital letters: rsyncd.conf(5) takes both for one module, and
 * would give one image's files for the other's.
 */
export function sameNames(images: readonly string[]): { name: string; as: string }[] {
  const first = new Map(images.toReversed().map((name) => [name.toLowerCase(), name]));
  return images.flatMap((name) => {
    const as = first.get(name.toLowerCase()) ?? name;
    return as === name ? [] : [{ name, as }];
  });
}

/** Everything that a client may pull: the scripts, the overrides, the boot files, and each image. */
export function rsyncModules(images: readonly string[], paths: ServerPaths): RsyncModule[] {
  const left = new Set(sameNames(images).map((one) => one.name));
  return [
    { name: 'scripts', path: paths.scripts, comment: 'autoinstall scripts and the hosts file' },
    { name: 'overrides', path: paths.overrides, comment: 'files laid over images' },
    { name: 'boot', path: paths.boot, comment: 'kernels and initrds of BOEL' },
    ...images
      .filter((name) => !left.has(name))
      .map((name) => ({ name, path: under(paths.images, name), comment: `image ${name}` })),
  ];
}

/** The text of rsyncd.conf. */
export async function rsyncdConf(options: {
  paths: ServerPaths;
  config: ServerConfig;
  networks: Networks;
  modules: RsyncModule[];
}): Promise<string> {
  const { paths, config, networks, modules } = options;
  return renderNamed('rsyncd.conf', {
    settingsFile: paths.config,
    restricted: networks !== '*',
    networks: networks === '*' ? '' : networks.join(' '),
    maxConnections: config.rsync.max_connections,
    timeoutSeconds: config.rsync.timeout_seconds,
    lockFile: under(paths.run, 'rsyncd.lock'),
    logFile: under(paths.log, 'rsyncd.log'),
    modules,
  });
}

/** The configuration with one module at another path: what serves an image while its directory changes places. */
export function withModuleAt(conf: string, name: string, path: AbsPath): string {
  return conf.replace(`\n[${name}]\n\tpath = `, '$&\0').replace(/\0[^\n]*/, () => rsyncdValue(path));
}
