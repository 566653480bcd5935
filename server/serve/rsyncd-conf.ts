import { under } from '../../common/system/place.ts';
import type { Networks } from '../config/networks.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import { moduleText, sameNames } from '../images/modules.ts';
import { renderNamed } from '../../common/templates/render.ts';

/** The text of rsyncd.conf, with a module for everything that a client may pull. */
export async function rsyncdConf(options: {
  paths: ServerPaths;
  config: ServerConfig;
  networks: Networks;
  images: readonly string[];
}): Promise<string> {
  const { paths, config, networks, images } = options;
  const left = new Set(sameNames(images).map((one) => one.name));
  const served = images.filter((name) => !left.has(name));
  // Scripts and the hosts file; files laid over images; kernels and initrds of BOEL; and the images.
  const modules = [
    ...(['scripts', 'overrides', 'boot'] as const).map((name) => moduleText(name, paths[name])),
    ...served.map((name) => moduleText(name, under(paths.images, name))),
  ];
  return renderNamed('rsyncd.conf', {
    settingsFile: paths.config,
    restricted: networks !== '*',
    networks: networks === '*' ? '' : networks.join(' '),
    maxConnections: config.rsync.max_connections,
    timeoutSeconds: config.rsync.timeout_seconds,
    lockFile: under(paths.run, 'rsyncd.lock'),
    logFile: under(paths.log, 'rsyncd.log'),
    modules: modules.join(''),
  });
}
