import { renderNamed } from '../../common/templates/render.ts';
import { bootFiles, type BootSource, ipxeScript } from './boot-clients.ts';

/**
 * The lines of dnsmasq.conf(5) that tell kinds of clients apart and give each its boot file. `onlyTag` limits them to clients
 * with this tag; a proxy offers boot files by pxe-service instead.
 */
export async function dnsmasqBootLines(
  source: BootSource,
  { isProxy = false, onlyTag }: { isProxy?: boolean; onlyTag?: string } = {},
): Promise<string> {
  const text = await renderNamed('dnsmasq-boot', {
    ...bootFiles(source, isProxy),
    address: source.imageServer,
    httpPort: source.httpPort,
    script: ipxeScript(source),
    only: onlyTag === undefined ? '' : `tag:${onlyTag},`,
    server: !isProxy,
  });
  return text.trimEnd();
}
