import { describe, expect, it } from 'vitest';
import { hostsWithName, type Names } from './etc-hosts.ts';
import { goldenNamesIn, withName } from './names.ts';

const web1 = { golden: ['golden'], host: 'web1', domain: 'example.org' };
const node1 = { golden: ['golden'], host: 'node1' };
const cluster = '10.0.0.1\thead.cluster head\n10.0.0.11\tnode1.cluster node1\n10.0.0.12\tnode2.cluster node2\n';

describe('hostsWithName', () => {
  it.each<[string, string, Names, string]>([
    [
      'puts the machine in the golden client’s place',
      '127.0.0.1\tlocalhost\n127.0.1.1\tgolden.x golden\n10.0.0.9 nas\n',
      web1,
      '127.0.0.1\tlocalhost\n127.0.1.1\tweb1.example.org\tweb1\n10.0.0.9 nas\n',
    ],
    [
      'takes 127.0.1.1 for the golden client’s where nothing says its name',
      '127.0.0.1 localhost\n127.0.1.1 old\n',
      { golden: [], host: 'web1' },
      '127.0.0.1 localhost\n127.0.1.1\tweb1\n',
    ],
    [
      'comes after localhost',
      '127.0.0.1 localhost\n::1 localhost\n',
      { golden: [], host: 'web1' },
      '127.0.0.1 localhost\n127.0.1.1\tweb1\n::1 localhost\n',
    ],
    [
      'makes a file',
      '',
      { golden: [], host: 'web1' },
      '127.0.0.1\tlocalhost\n127.0.1.1\tweb1\n::1\tlocalhost ip6-localhost ip6-loopback\n',
    ],
    [
      'leaves other loopback addresses',
      '127.0.1.10 other\n',
      { golden: [], host: 'web1' },
      '127.0.1.1\tweb1\n127.0.1.10 other\n',
    ],
    [
      'leaves a cluster’s own line for the machine to say who it is',
      `127.0.0.1   golden.cluster golden localhost.localdomain localhost\n10.9.9.9\tgolden.cluster golden\n${cluster}`,
      node1,
      `127.0.0.1   localhost.localdomain localhost\n${cluster}`,
    ],
    [
      'compares names without regard to case, and knows them as any name of a line',
      '127.0.0.1 localhost Golden\n10.0.0.11 a.cluster NODE1 # one\n',
      node1,
      '127.0.0.1 localhost\n10.0.0.11 a.cluster NODE1 # one\n',
    ],
    [
      'takes the machine’s name from loopback lines where another line names it',
      '127.0.0.1 localhost node1\n127.0.1.1 node1.cluster node1\n10.0.0.11 node1\n',
      node1,
      '127.0.0.1 localhost\n10.0.0.11 node1\n',
    ],
    [
      'names a short name by the address that the long one has',
      '127.0.0.1 localhost\n10.0.0.11 node1.cluster\n',
      { ...node1, domain: 'cluster' },
      '127.0.0.1 localhost\n10.0.0.11\tnode1.cluster\tnode1\n10.0.0.11 node1.cluster\n',
    ],
    [
      'says a fixed address',
      '127.0.0.1 localhost\n127.0.1.1 golden\n',
      { ...web1, address: '10.0.0.7' },
      '127.0.0.1 localhost\n10.0.0.7\tweb1.example.org\tweb1\n',
    ],
    [
      'leaves a line that names the machine by its fixed address',
      `127.0.0.1 localhost\n${cluster}`,
      { ...node1, address: '10.0.0.11' },
      `127.0.0.1 localhost\n${cluster}`,
    ],
    [
      'takes the golden client from IPv6 lines and from between aliases, and leaves names that only begin like it',
      'fd99::9 golden.x golden\n::1 golden localhost ip6-loopback\n10.0.0.5\tnas golden\tbackup golden.x\n10.0.0.6 golden-ib goldener\n10.0.0.7 golden.other.net\n',
      web1,
      '127.0.1.1\tweb1.example.org\tweb1\n::1 localhost ip6-loopback\n10.0.0.5\tnas\tbackup\n10.0.0.6 golden-ib goldener\n10.0.0.7 golden.other.net\n',
    ],
    [
      'leaves comments, tabs, CRLF, empty lines and foreign bytes',
      '# golden\r\n\r\n10.0.0.8\t \tb\udcfcro\t# golden\r\n10.9.9.9 golden # gone\r\n',
      node1,
      '127.0.1.1\tnode1\n# golden\r\n\r\n10.0.0.8\t \tb\udcfcro\t# golden\r\n',
    ],
    [
      'keeps other names of the golden client’s line',
      '127.0.1.1 golden.x golden git.local\n',
      web1,
      '127.0.1.1\tweb1.example.org\tweb1\n127.0.1.1 git.local\n',
    ],
    [
      'leaves localhost, and a golden client’s name that is this machine’s',
      '127.0.0.1 localhost localhost.localdomain\n10.0.0.11 node1.cluster node1\n',
      { golden: ['localhost.localdomain', 'node1'], host: 'node1' },
      '127.0.0.1 localhost localhost.localdomain\n10.0.0.11 node1.cluster node1\n',
    ],
  ])('%s', (_, old, names, text) => {
    expect(hostsWithName(old, names)).toBe(text);
    expect(hostsWithName(text, names)).toBe(text);
  });
});

describe('files that say the name', () => {
  it.each([
    ['/etc/hostname', 'golden.x\n', 'web1\n'],
    ['/etc/HOSTNAME', 'golden.x\n', 'web1.example.org\n'],
    ['/etc/conf.d/hostname', '# hostname\nhostname="golden"\n', '# hostname\nhostname="web1"\n'],
    [
      '/etc/sysconfig/network',
      'NETWORKING=yes\nHOSTNAME=golden.x # me\n',
      'NETWORKING=yes\nHOSTNAME=web1.example.org # me\n',
    ],
    [
      '/etc/rc.conf',
      '#HOSTNAME="void"\nHOSTNAME="golden"\nKEYMAP="de"\n',
      '#HOSTNAME="void"\nHOSTNAME="web1"\nKEYMAP="de"\n',
    ],
    ['/etc/mailname', 'golden.x\n', 'web1.example.org\n'],
    ['/etc/mailname', 'x\n', 'x\n'],
    [
      '/etc/postfix/main.cf',
      'myhostname = golden.x\nmydestination = $myhostname, golden.x,\n  golden, localhost\nrelayhost = golden-relay.x\n',
      'myhostname = web1.example.org\nmydestination = $myhostname, web1.example.org,\n  web1, localhost\nrelayhost = golden-relay.x\n',
    ],
    [
      '/etc/exim4/update-exim4.conf.conf',
      "dc_other_hostnames='golden.x;golden'\n",
      "dc_other_hostnames='web1.example.org;web1'\n",
    ],
    ['/etc/machine-info', 'PRETTY_HOSTNAME=golden\nCHASSIS=server\n', 'PRETTY_HOSTNAME=web1\nCHASSIS=server\n'],
  ] as const)('%s: %j', (path, old, text) => {
    expect(withName(path, old, web1)).toBe(text);
  });

  it('say who the golden client was', () => {
    const files = [
      { path: '/etc/hostname', text: '# me\ngolden.x\n' },
      { path: '/etc/sysconfig/network', text: 'HOSTNAME="old"\n' },
      { path: '/etc/conf.d/hostname', text: 'hostname="localhost"\n' },
      { path: '/etc/mailname', text: 'mail.x\n' },
    ] as const;
    expect(goldenNamesIn(files)).toEqual(['golden.x', 'old']);
  });
});
