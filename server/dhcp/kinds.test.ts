import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dhcpKinds } from './index.ts';
import { checkSubnet, type SubnetWish } from './subnet.ts';

const wish: SubnetWish = {
  network: '10.0.0.0/24',
  range: '10.0.0.100-10.0.0.199',
  router: '10.0.0.254',
  dns: '10.0.0.2, 9.9.9.9',
  domain: 'example.org',
  imageServer: '10.0.0.1',
  httpPort: 8181,
  leaseSeconds: 600,
};
const subnet = checkSubnet(wish);
const file = '/etc/x.conf';
const www1 = { mac: '52:54:00:00:00:01', address: '10.0.0.100', name: 'www1.example.org' };
const nameless = { mac: '52:54:00:00:00:02', address: '10.0.0.150' };

/** What an administrator may have written before. */
const foreign: Record<string, string> = {
  isc: 'option domain-name "x.org"; # mine\nsubnet 10.9.0.0 netmask 255.255.0.0 {\n  range 10.9.0.5 10.9.0.9;\n}\nhost old { hardware ethernet 52:54:00:00:00:99; fixed-address 10.9.0.3; }\n',
  kea: `// mine
{ "Dhcp4": {
    "interfaces-config": { "interfaces": [ ] },
    "subnet4": [
        { "id": 7, "subnet": "10.9.0.0/16", # also mine
          "reservations": [ { "hw-address": "52:54:00:00:00:99", "ip-address": "10.9.0.3" }, ]
        } // and mine
    ],
}, "Other": /* here */ [1, 2] }
`,
  dnsmasq: '# mine\ndhcp-range=10.9.0.5,10.9.0.9,12h\ndhcp-host=52:54:00:00:00:99,10.9.0.3,old\n',
};

it('reserves in the shared networks of Kea too', () => {
  const kea = dhcpKinds.find((one) => one.name === 'kea');
  const text = '{ "Dhcp4": { "shared-networks": [ { "name": "a", "subnet4": [ { "subnet": "10.0.0.0/24" } ] } ] } }';
  const changed = kea?.withReservations({ text, file }, [www1]) ?? '';
  expect(kea?.reserved({ text: changed, file })).toMatchObject([{ mac: www1.mac, address: www1.address }]);
  expect(kea?.withReservations({ text: changed, file }, [])).not.toContain(www1.mac);
});

it('lists every kind that has a file here', () => {
  const folder = import.meta.dirname;
  for (const { name } of dhcpKinds)
    expect([...readdirSync(folder), ...readdirSync(`${folder}/isc`), ...readdirSync(`${folder}/kea`)]).toContain(
      `${name}.ts`,
    );
  expect(new Set(dhcpKinds.map((one) => one.name)).size).toBe(dhcpKinds.length);
});

describe.each(dhcpKinds.map((kind) => [kind.name, kind] as const))('%s', (name, kind) => {
  const begun = (text = '') => ({ text, file });
  const before = foreign[name] ?? '';

  it('says the network, the image server, and each kind of client with its boot file', async () => {
    const text = await kind.withSubnet(begun(), subnet);
    for (const word of ['10.0.0.0', '10.0.0.100', '10.0.0.199', '10.0.0.254', '10.0.0.2', 'example.org', '224', '600'])
      expect(text.replace('net-10-0-0-0', '10.0.0.0')).toContain(word);
    for (const word of [
      'http://10.0.0.1:8181/boot.ipxe',
      'undionly.kpxe',
      'snponly.efi',
      'ipxe-arm64.efi',
      'http://10.0.0.1:8181/ipxe/snponly.efi',
      'HTTPClient',
      'iPXE',
      '175',
    ])
      expect(text).toContain(word);
    expect(kind.isOurs(begun(text))).toBe(true);
    expect(kind.isOurs(begun())).toBe(false);
  });

  it('leaves out what nobody said', async () => {
    const bare = { ...wish };
    for (const key of ['router', 'dns', 'domain'] as const) delete bare[key];
    const text = await kind.withSubnet(begun(), checkSubnet(bare));
    expect(text).not.toMatch(/10\.0\.0\.254|example\.org|9\.9\.9\.9/);
  });

  it('gives the same file twice, and keeps what the administrator wrote', async () => {
    expect(kind.isOurs(begun(before))).toBe(false);
    const once = await kind.withSubnet(begun(before), subnet);
    expect(await kind.withSubnet(begun(once), subnet)).toBe(once);
    for (const line of before.match(/[#/].*mine|.*10\.9\..*/g) ?? []) expect(once).toContain(line.trim());
  });

  it('takes what is said anew in place of what it said before', async () => {
    const once = await kind.withSubnet(begun(before), subnet);
    const changed = await kind.withSubnet(begun(once), checkSubnet({ ...wish, range: '10.0.0.50-10.0.0.60' }));
    expect(changed).toContain('10.0.0.50');
    expect(changed).not.toContain('10.0.0.199');
    expect(await kind.withSubnet(begun(changed), subnet)).toBe(once);
  });

  it('knows several networks', async () => {
    const once = await kind.withSubnet(begun(before), subnet);
    const other = checkSubnet({ network: '10.1.0.0/24', imageServer: '10.0.0.1', httpPort: 8181, leaseSeconds: 60 });
    const both = await kind.withSubnet(begun(once), other);
    expect(await kind.withSubnet(begun(both), subnet)).toBe(both);
    expect(both).toContain('10.1.0.128');
  });

  it('refuses a network that the administrator has there already', async () => {
    const there = checkSubnet({ ...wish, network: '10.9.0.0/24', range: '10.9.0.100-10.9.0.110', router: '10.9.0.1' });
    await expect(kind.withSubnet(begun(before), there)).rejects.toThrow('which is not from mkdhcpserver');
  });

  it('refuses a configuration that uses option 224 for something else', async () => {
    const taken: Record<string, string> = {
      isc: 'option x code 224 = text;',
      kea: '{ "Dhcp4": { "option-def": [ { "name": "x", "code": 224, "type": "string" } ] } }',
      dnsmasq: 'dhcp-option=tag:a,224,"10.0.0.9"',
    };
    await expect(kind.withSubnet(begun(taken[name]), subnet)).rejects.toThrow('has option 224 already');
    const inSpace: Record<string, string> = {
      isc: 'option space a; option a.x code 224 = text;',
      kea: (taken.kea ?? '').replace('"code"', '"space": "a", "code"'),
      dnsmasq: 'dhcp-option=vi-encap:5,224,"10.0.0.9"',
    };
    await expect(kind.withSubnet(begun(inSpace[name]), subnet)).resolves.toContain('224');
    const harmless = (taken[name] ?? '').replace('224', '225');
    await expect(kind.withSubnet(begun(harmless), subnet)).resolves.toContain('225');
  });

  it('reserves addresses by MAC, twice the same, and reads them again', async () => {
    const once = await kind.withSubnet(begun(before), subnet);
    const text = kind.withReservations(begun(once), [www1, nameless]);
    expect(kind.withReservations(begun(text), [www1, nameless])).toBe(text);
    const read = kind.reserved(begun(text));
    expect(
      kind.withReservations(
        begun(text),
        read.flatMap((one) => (one.isOurs ? [one] : [])),
      ),
    ).toBe(text);
    expect(read.flatMap((one) => (one.isOurs ? [[one.mac, one.address]] : []))).toEqual([
      [www1.mac, www1.address],
      [nameless.mac, nameless.address],
    ]);
    expect(read.find((one) => one.address === www1.address)?.name).toMatch(/^www1/);
    const by = { kind: 'MAC', value: '52:54:00:00:00:99' };
    expect(read.filter((one) => !one.isOurs)).toMatchObject([{ by, address: '10.9.0.3' }]);
    for (const line of before.match(/[#/].*mine|.*10\.9\..*/g) ?? []) expect(text).toContain(line.trim());
  });

  it('knows which addresses it could reserve', async () => {
    const text = await kind.withSubnet(begun(before), subnet);
    expect(['10.0.0.7', '10.9.3.3'].map(kind.serves(begun(text)))).toEqual([true, true]);
    expect(kind.serves(begun(text))('172.16.0.1')).toBe(name === 'dnsmasq');
  });

  it('keeps reservations when the network is said anew', async () => {
    const once = kind.withReservations(begun(await kind.withSubnet(begun(before), subnet)), [www1, nameless]);
    const again = await kind.withSubnet(begun(once), subnet);
    expect(again).toBe(once);
  });

  it('knows its own lease files from those of the others', () => {
    for (const other of dhcpKinds) expect(other.isLeaseFile(leaseFiles[name] ?? '')).toBe(other.name === name);
    expect(kind.isLeaseFile('hello\n')).toBe(false);
  });

  it('reads what the daemon wrote', () => {
    expect(kind.parseLeases(leaseFiles[name] ?? '', 'leases')).toMatchObject([
      { mac: '52:54:00:00:00:01', ip: '10.0.0.100', endsMs: Date.UTC(2026, 10, 26, 9), isHeld: true, name: 'www1' },
      { mac: '52:54:00:00:00:02', ip: '10.0.0.101', endsMs: Number.POSITIVE_INFINITY },
      { ip: '10.0.0.102' },
    ]);
  });

  it.each(['<html>\n', '\0\0\0\n', 'lease 10.0.0.100 {\n', '10.0.0.1,zz\n', '5 zz 10.0.0.1 * *\n'])(
    'refuses %j as leases, and names the line',
    (garbage) => {
      expect(() => kind.parseLeases(`${leaseFiles[name]}${garbage}`, 'leases')).toThrow(/leases, line \d+/);
    },
  );
});

const expiry = Date.UTC(2026, 10, 26, 9) / 1000;
/** Shapes of files that dhcpd 4.4.3, kea-dhcp4 2.2.0 and dnsmasq 2.90 wrote. */
const leaseFiles: Record<string, string> = {
  isc: `# The format of this file is documented in the dhcpd.leases(5) manual page.
# This lease file was written by isc-dhcp-4.4.3-P1

# authoring-byte-order entry is generated, DO NOT DELETE
authoring-byte-order little-endian;

server-duid "\\000\\001\\000\\0011{\\"}\\236RT\\000\\000\\000\\001";

lease 10.0.0.100 {
  starts 3 2026/11/25 21:00:00;
  ends 4 2026/11/26 09:00:00;
  cltt 3 2026/11/25 21:00:00;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet 52:54:00:00:00:01;
  uid "\\001RT\\000\\000\\000\\001";
  set vendor-class-identifier = "udhcp 1.35.0";
  client-hostname "www1";
}
lease 10.0.0.101 {
  starts 3 2026/11/25 21:00:00;
  ends never;
  binding state active;
  hardware ethernet 52:54:00:00:00:02;
}
lease 10.0.0.102 {
  starts 3 2026/11/25 21:00:00;
  ends 3 2026/11/25 21:00:00;
  binding state abandoned;
}
`,
  kea: `address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
10.0.0.100,52:54:00:00:00:01,01:52:54:00:00:00:01,43200,${expiry},1,0,0,www1,0,,0
10.0.0.101,52:54:00:00:00:02,,4294967295,${expiry},1,0,0,,0,,0
10.0.0.102,,,43200,${expiry},1,0,0,,1,,0
`,
  dnsmasq: `${expiry} 52:54:00:00:00:01 10.0.0.100 www1 01:52:54:00:00:00:01
0 52:54:00:00:00:02 10.0.0.101 * *
0 06-52:54:00:00:00:02 10.0.0.102 * *
`,
};
