import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SourceName } from '../../common/model/settings.ts';
import { servedIso } from '../assets/media.ts';
import { layouts } from '../assets/scripts.ts';
import { row, type RowContext } from './harness/row.ts';
import { byHttpOnly, type Wish } from './harness/vm.ts';
import { wireNetwork } from './harness/wire.ts';
import { foreignDhcp } from './parts/dhcp.ts';
import { setting } from './parts/identify.ts';
import { makeSite, type Site, web1 } from './parts/site.ts';

const { base, server } = wireNetwork;

/** A way into BOEL beside a DHCP server that knows nothing of boot files, and what the console shows of this way. */
type Way = { machine: Wish; shows: string[]; source: SourceName };

const uefi: Wish = { firmware: 'uefi' };
const byIpxe = [`http://${server}:8181/boot.ipxe`, 'web1 boots the installer'];

const withoutSecureBoot: Record<string, Way> = {
  // By a BIOS, iPXE writes to the screen only; the machine gets here by no other way.
  'by proxy: BIOS': { machine: {}, shows: [], source: 'DHCP' },
  'by proxy: UEFI': { machine: uefi, shows: byIpxe, source: 'DHCP' },
  'by proxy: UEFI HTTP boot of iPXE': {
    machine: { ...uefi, extra: byHttpOnly },
    shows: [`URI: http://${server}:8181/ipxe/snponly.efi`, ...byIpxe],
    source: 'DHCP',
  },
};
const withSecureBoot: Record<string, Way> = {
  // The firmware refuses iPXE, and goes on with its next boot entry: HTTP.
  'by proxy: Secure Boot': {
    machine: { ...uefi, secureBoot: true, memoryMb: 1536 },
    shows: ['Access Denied', `URI: http://${server}:8181/iso/boel.iso`, 'secureboot: Secure boot enabled'],
    source: 'removable local.cfg',
  },
};

/** A DHCP server on another machine of the wire gives address and name, and nothing of boot files. */
async function siteWithDhcp(test: RowContext): Promise<Site> {
  const site = await makeSite(test, { layout: layouts.oneExt4, isEmpty: true, dhcp: 'proxy' });
  const { mac, ip, host: name } = web1;
  await foreignDhcp(test, await site.wire.neighbour(`${base}2`), { mac, ip, name, options: [] });
  await servedIso(site.root);
  return site;
}

async function expectIdentity(test: RowContext, site: Site, name: string, { machine, shows, source }: Way) {
  const nics = [{ wire: site.wire }];
  const vm = await test.boot({ name, memoryMb: 512, noReboot: true, bootFrom: 'network', ...machine, nics });
  for (const text of shows) await vm.console(text, { withinS: 180 });
  await vm.console(setting('HOSTNAME', web1.host, source), { withinS: 240 });
  await vm.kill();
}

export default row({
  name: 'serve --dhcp=proxy boots machines of every firmware beside a DHCP server that gives only addresses',
  covers: ['server/serve/', 'server/dhcp/', 'server/http/', 'templates/'],
  seconds: 200,
  cases: [...Object.keys(withoutSecureBoot), ...Object.keys(withSecureBoot)],
  async run(test) {
    const site = await siteWithDhcp(test);
    for (const [toml, ways] of [
      ['', withoutSecureBoot],
      ['[dhcp]\nsecure_boot = true\n', withSecureBoot],
    ] as const) {
      const text = `append = "ACTION=identify"\n${toml}`;
      await writeFile(path.join(site.root, 'etc/systemimager/server.toml'), text);
      await site.startServer();
      for (const [name, way] of Object.entries(ways))
        await test.case(name, () => expectIdentity(test, site, name.replaceAll(/\W+/g, '-'), way));
      await site.stopServer();
    }
  },
});
