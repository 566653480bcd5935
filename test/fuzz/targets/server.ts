import { ReportEvent } from '../../../common/model/report.ts';
import { absPath } from '../../../common/system/place.ts';
import { parseGroupsToml } from '../../../server/config/groups-toml.ts';
import { parseServerConfig } from '../../../server/config/server-toml.ts';
import { dnsmasqAddresses, dnsmasqHosts } from '../../../server/dhcp/dnsmasq-hosts.ts';
import { dhcpKinds } from '../../../server/dhcp/index.ts';
import { parseIscLeases } from '../../../server/dhcp/isc/leases.ts';
import { includesIn } from '../../../server/dhcp/kea/included.ts';
import { readConf } from '../../../server/dhcp/kea/conf.ts';
import { parseJsonc, valueOf } from '../../../server/dhcp/kea/jsonc.ts';
import { parseKeaLeases } from '../../../server/dhcp/kea/leases.ts';
import { foreignText, partsOf } from '../../../server/dhcp/part.ts';
import { allStatements, parseStatements } from '../../../server/dhcp/statements.ts';
import { parseNetwork } from '../../../server/dhcp/network-words.ts';
import { parseListeners } from '../../../server/doctor/checks/ports.ts';
import { hostNames, parseHostRange, parseIpRange, parseMacFile } from '../../../server/hosts/host-range.ts';
import { parseRange } from '../../../server/http/byte-range.ts';
import { parseFlatJson } from '../../../server/http/flat-json.ts';
import { parsePax, readHeaders } from '../../../common/pack/tar-headers.ts';
import { parseAttributes } from '../../../server/images/manifest/attributes.ts';
import { parseEntry } from '../../../server/images/manifest/format.ts';
import { parseDpkgStatus } from '../../../server/images/packages/dpkg.ts';
import { parseRpmList } from '../../../server/images/packages/rpm.ts';
import { goldenLayout } from '../../../server/scripts/golden-layout.ts';
import { parseFstab, parseScheme, readGolden } from '../../../server/scripts/golden.ts';
import { readScript } from '../../../server/scripts/read-script.ts';
import { recorderIo } from '../../helpers/recorder-io.ts';
import { ofBytes, ofText } from '../target.ts';
import { fstab, golden, keaConf, tarOf } from './samples.ts';

const isc = `# mine
option domain-name "x.org";
subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.5 10.0.0.9; option routers 10.0.0.1; }
group { host old { hardware ethernet 52:54:00:00:00:99; fixed-address 10.0.0.3; } }
# SystemImager begin: reservations
host www1 { hardware ethernet 52:54:00:00:00:01; fixed-address 10.0.0.4; }
# SystemImager end: reservations
`;
const iscLeases = `# The format of this file is documented in the dhcpd.leases(5) manual page.
lease 10.0.0.7 { starts 4 2026/01/01 00:00:00; ends never; binding state active; hardware ethernet 52:54:00:00:00:07; uid "\\001RT\\000"; client-hostname "www7"; }
lease 10.0.0.8 { ends 4 2026/01/01 10:00:00; binding state abandoned; }
host dyn { dynamic; hardware ethernet 52:54:00:00:00:08; fixed-address 10.0.0.8; }
`;
const keaLeases = `address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context
10.0.0.9,52:54:00:00:00:09,01:52,3600,4000000000,1,0,0,www9.x.org,0,
10.0.0.10,,,0,4000000000,1,0,0,,1,
`;
const dnsmasq = `# mine
dhcp-range=set:a,10.0.0.5,10.0.0.9,255.255.255.0,12h
dhcp-host=52:54:00:00:00:99,id:01:02,set:x,10.0.0.3,old,1h
dhcp-option=option:router,10.0.0.1
conf-dir=/etc/dnsmasq.d/,*.conf
`;
const dnsmasqLeases =
  '1767225600 52:54:00:00:00:01 10.0.0.7 www7 01:52:54:00:00:00:01\n0 06-aa:bb 10.0.0.8 * *\nduid 00:01\n';
const dhcpTexts: Record<string, { conf: string; leases: string }> = {
  isc: { conf: isc, leases: iscLeases },
  kea: { conf: keaConf, leases: keaLeases },
  dnsmasq: { conf: dnsmasq, leases: dnsmasqLeases },
};
const started = {
  id: '52-54-00-00-00-01.20260101T120000.1f0c93ab',
  seq: 1,
  at: '2026-01-01T12:00:00Z',
  mac: '52:54:00:00:00:01',
  kind: 'started',
  host: 'www1',
  ip: '10.0.0.7',
  script: 'www1.sh',
  firmware: 'bios',
  version: '6',
};

/** What the image server reads: of machines, administrators, other programs and images. */
export const serverTargets = [
  ofText('ReportEvent', (text) => ReportEvent.safeParse(jsonOr(text)), [
    JSON.stringify(started),
    JSON.stringify({ ...started, seq: 2, kind: 'log', lines: ['a', 'b'] }),
    JSON.stringify({ ...started, seq: 3, kind: 'finished', image: 'web_v1', afterwards: 'reboot', seconds: 9 }),
  ]),
  ofText('parseGroupsToml', (text) => parseGroupsToml(text, 'groups.toml'), [
    '[[group]]\nname = "web"\nhosts = ["www1", "node003-node010", "db*"]\n',
  ]),
  ofText('parseServerConfig', (text) => parseServerConfig(text, 'server.toml'), [
    'networks = ["10.0.0.0/24"]\nunknown = "local"\nappend = "nomodeset"\n[ports]\nhttp = 80\n[dhcp]\nrange = "10.0.0.100-10.0.0.200"\nrouter = "10.0.0.254"\n',
  ]),
  ofText('parseStatements', (text) => allStatements(parseStatements(text, 'dhcpd.conf')), [isc, iscLeases]),
  ofText('partsOf', (text) => [partsOf({ text, file: 'x' }), foreignText({ text, file: 'x' })], [isc]),
  ofText('parseIscLeases', (text) => parseIscLeases(text, 'dhcpd.leases'), [iscLeases]),
  ofText('parseJsonc', (text) => valueOf(parseJsonc(text, 'kea.conf')), [keaConf]),
  ofText('readConf', (text) => readConf({ text, file: 'kea.conf' }), [keaConf]),
  ofText('parseKeaLeases', (text) => parseKeaLeases(text, 'kea-leases4.csv'), [keaLeases]),
  ...dhcpKinds.flatMap((kind) => {
    const { conf = '', leases = '' } = dhcpTexts[kind.name] ?? {};
    const file = `${kind.name}.conf`;
    return [
      ofText(`${kind.name}.reserved`, (text) => [kind.reserved({ text, file }), kind.includes({ text, file })], [conf]),
      ofText(`${kind.name}.serves`, (text) => kind.serves({ text, file })('10.0.0.7'), [conf]),
      ofText(`${kind.name}.parseLeases`, (text) => kind.parseLeases(text, file), [leases]),
    ];
  }),
  ofText('dnsmasqHosts', (text) => [dnsmasqHosts(text), dnsmasqAddresses(text)('old')], [
    `${dnsmasq}host-record=old,10.0.0.3\naddn-hosts=/etc/x\n`,
  ]),
  ofText('includesIn', includesIn, ['{ "Dhcp4": { <?include "/etc/kea/a.json"?> } } // x']),
  ofText('parseFlatJson', parseFlatJson, [
    JSON.stringify(started),
    JSON.stringify({ lines: ['a', '\\"b'], kind: 'log' }),
  ]),
  ofText('parseNetwork', (text) => parseNetwork(text), ['10.0.0.0/24', '10.0.0.0/255.255.255.0']),
  ofText('parseListeners', parseListeners, [
    'tcp   LISTEN 0      128          0.0.0.0:22        0.0.0.0:*    users:(("sshd",pid=1,fd=3))\nudp UNCONN 0 0 [::]:67 [::]:* \n',
  ]),
  ofText('hostNames', (text) => hostNames(text), ['www{1-3,7}.db{a,b}', 'node003-node010']),
  ofText('parseHostRange', parseHostRange, ['1-20', '001-100']),
  ofText('parseIpRange', (text) => parseIpRange(text, '255.255.255.0'), ['10.0.0.1-10.0.0.20']),
  ofText('parseMacFile', (text) => parseMacFile(text, 'macs'), [
    'www1 52:54:00:00:00:01 # one\n52-54-00-00-00-02 www2\r\n',
  ]),
  ofText('parseRange', (text) => parseRange(text, 100), ['bytes=0-9', 'bytes=-10']),
  ofBytes('parsePax', parsePax, [Buffer.from('30 mtime=1767225600.123456789\n21 SCHILY.xattr.a=b\n')]),
  ofBytes('readHeaders', readTar, [tarOf()]),
  ofText('parseAttributes', parseAttributes, [
    '# file: etc/a\\040b\nuser.x="1"\nsecurity.capability=0sAQAAAgAgAAAAAAAAAAAAAAAAAAA=\n\n# file: b\nuser.y=0x00ff\n\n',
  ]),
  ofText('parseEntry', parseEntry, [
    `f\t644\t0\t0\t12\t1767225600000000001\t1\t77\t${'a'.repeat(64)}\t\t\t\tetc/hosts`,
  ]),
  ofText('parseDpkgStatus', (text) => parseDpkgStatus(text), [
    'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-1\nDescription: shell\n more\n\nPackage: x\nStatus: deinstall ok config-files\nVersion: 1\n',
  ]),
  ofText('parseRpmList', parseRpmList, ['bash.x86_64\t5.1-1.el9\ngpg-pubkey.(none)\t1-1\n']),
  ofText('parseFstab', parseFstab, [fstab]),
  ofText('parseScheme', (text) => parseScheme('nvme0n1', text), [
    'label: dos\n/dev/nvme0n1p1 : start=2048, size=100, type=83, bootable\n',
  ]),
  ofText('readScript', readScript, [
    "boel layout --image web_v1 <<'LAYOUT'\n[disk /dev/sda]\nlabel: gpt\n1 : type=linux\nLAYOUT\nboel image web_v1\nboel finish\n",
  ]),
  ...Object.entries(golden).map(([path, text]) =>
    ofText(`readGolden of ${path}`, (input) => goldenOf({ ...golden, [path]: input }), [text]),
  ),
];

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readTar(bytes: Buffer): Promise<void> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
  }
  for await (const _ of readHeaders(chunks(), 'x.tar'));
}

/** The way from what prepareclient wrote to the layout of a script. */
async function goldenOf(files: Record<string, string>): Promise<void> {
  const { io } = recorderIo({
    files: Object.fromEntries(Object.entries(files).map(([at, text]) => [`/i${at}`, text])),
  });
  goldenLayout(await readGolden(io, absPath('/i')), { name: 'i', bytes: 1, inodes: 1, mounts: [], splitLinks: [] });
}
