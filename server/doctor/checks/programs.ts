import type { ReadIo } from '../../../common/system/io.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';
import { neededIpxe } from '../../../common/boot/firmware-files.ts';
import { ipxeFolder } from '../../serve/plan.ts';
import { type Check, note, wrong } from '../check.ts';

const folders: AbsPath[] = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Programs and files of other packages, the Debian package of each, and whether they are for DHCP and PXE only. */
const needed: { places: AbsPath[]; package: string; forDhcp?: boolean }[] = [
  { places: anywhere('rsync'), package: 'rsync' },
  { places: anywhere('ip'), package: 'iproute2' },
  { places: anywhere('ss'), package: 'iproute2' },
  { places: anywhere('setpriv'), package: 'util-linux' },
  { places: anywhere('dnsmasq'), package: 'dnsmasq-base', forDhcp: true },
  ...neededIpxe.map((name) => ({ places: [under(ipxeFolder, name)], package: 'ipxe', forDhcp: true })),
];

function anywhere(program: string): AbsPath[] {
  return folders.map((folder) => under(folder, program));
}

async function isThere(io: ReadIo, places: readonly AbsPath[]): Promise<boolean> {
  for (const at of places) if ((await io.lstat(at)) !== undefined) return true;
  return false;
}

/** The programs that the server starts, and the files that it hands out, are installed. */
export const programs: Check = {
  name: 'programs',
  good: 'the programs that the server starts are installed',
  async run({ io, card }) {
    const findings = [];
    for (const { places, package: name, forDhcp = false } of needed) {
      if (await isThere(io, places)) continue;
      const kind = forDhcp && card === undefined ? note : wrong;
      const what = forDhcp ? `${places.at(-1)} is missing, which serve --dhcp needs` : `${places.at(-1)} is missing`;
      findings.push(kind(what, `Run: apt-get install ${name}`));
    }
    return findings;
  },
};
