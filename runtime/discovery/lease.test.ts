import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { groupAddress } from './group-address.ts';
import { type Lease, parseEnviron, readLease, readServerOption } from './lease.ts';

const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');
const base = { ip: '10.0.0.50', subnet: '255.255.255.0', serverid: '10.0.0.1' };
const read = (env: Record<string, string>) => readLease({ ...base, ...env }, 'eth0') as Lease;

describe('readLease', () => {
  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['without a router', {}, { IPADDR: '10.0.0.50', NETMASK: '255.255.255.0', GATEWAY: '', IMAGESERVER: '' }],
    ['with two routers', { router: '10.0.0.1 10.0.0.2' }, { GATEWAY: '10.0.0.1' }],
    ['with a router elsewhere', { router: '10.9.0.1' }, { GATEWAY: '' }],
    [
      'with a mask of 32 bits',
      { subnet: '255.255.255.255', router: '10.9.0.1' },
      { GATEWAY: '10.9.0.1', GATEWAYDEV: 'eth0' },
    ],
    ['with classless routes', { router: '10.0.0.1', staticroutes: '0.0.0.0/0 10.0.0.3' }, { GATEWAY: '10.0.0.3' }],
    [
      'with classless routes that have no default',
      { router: '10.0.0.1', staticroutes: '10.8.0.0/16 10.0.0.3' },
      { GATEWAY: '' },
    ],
    ['with next-server only', { siaddr: '10.0.0.7' }, { IMAGESERVER: '10.0.0.7' }],
    ['with option 140', { siaddr: '10.0.0.7', opt140: hex('old.example.com') }, { IMAGESERVER: 'old.example.com' }],
    ['with option 224', { opt140: hex('old'), opt224: hex('10.0.0.9') }, { IMAGESERVER: '10.0.0.9' }],
    ['with a broken option 224', { opt140: hex('old'), opt224: hex('; reboot') }, { IMAGESERVER: 'old' }],
    ['with domains', { domain: 'Example.com lan' }, { DOMAINNAME: 'example.com' }],
    ['with a domain that udhcpc replaced', { domain: 'bad' }, { DOMAINNAME: '' }],
    ['with name servers', { dns: '10.0.0.1 10.0.0.2' }, { DNSSERVERS: '10.0.0.1 10.0.0.2' }],
  ])('reads an answer %s', (_, env, expected) => {
    const { found } = read(env);
    expect(found.values).toMatchObject(expected);
    expect(groupAddress(decide([found]).settings).address).toBe('10.0.0.50');
  });

  it.each([
    ['no address', { ip: '' }, 'gives no usable address'],
    ['0.0.0.0', { ip: '0.0.0.0' }, 'gives no usable address'],
    ['a loopback address', { ip: '127.0.0.1' }, 'gives no usable address'],
    ['a text as address', { ip: '$(reboot)' }, 'gives no usable address'],
    ['no mask', { subnet: '' }, 'gives 10.0.0.50 without a subnet mask'],
    ['a broken mask', { subnet: '255.0.255.0' }, 'without a subnet mask'],
  ])('refuses an answer with %s', (_, env, message) => {
    expect(readLease({ ...base, ...env }, 'eth0')).toEqual({ refused: expect.stringContaining(message) as string });
  });

  it.each([
    ['web1', 'web1'],
    ['Web1.Example.com', 'web1.example.com'],
    ['$(reboot)', undefined],
    ['../../etc/passwd', undefined],
    ['a b', undefined],
    ["a'; rm -rf /;'", undefined],
    ['a\nIPADDR=1.2.3.4', undefined],
    ['-rf', undefined],
    ['x'.repeat(300), undefined],
    ['10.0.0.1', undefined],
  ])('takes the host name %j as %s', (hostname, expected) => {
    const { host, notes } = read({ hostname });
    expect(host).toBe(expected);
    expect(notes.length).toBe(expected ? 0 : 1);
  });

  it('gives routes and the MTU where they make sense', () => {
    const { routes, mtu } = read({ staticroutes: '10.8.9.9/16 10.0.0.3 10.7.0.0/16 10.9.0.3 x 1', mtu: '1400' });
    expect([routes, mtu]).toEqual([[{ network: '10.8.0.0', prefixLength: 16, via: '10.0.0.3' }], 1400]);
    expect(read({ mtu: '68' }).mtu).toBeUndefined();
  });
});

describe('the image server option', () => {
  it.each([
    [hex('10.0.0.9'), '10.0.0.9'],
    [hex('server.example.com\0'), 'server.example.com'],
    ['0a000009', '10.0.0.9'],
    [hex('srv1'), 'srv1'],
    ['00000000', undefined],
    [hex('<html>'), undefined],
    ['', undefined],
    ['xyz', undefined],
  ])('%s is %s', (text, expected) => expect(readServerOption(text)).toBe(expected));
});

describe('parseEnviron', () => {
  it('keeps values that would be something else to a shell', () => {
    const text = 'hostname=a\nip=6.6.6.6\0ip=10.0.0.5\0=x\0junk\0dns=\0';
    expect(parseEnviron(Buffer.from(text))).toEqual({ hostname: 'a\nip=6.6.6.6', ip: '10.0.0.5', dns: '' });
  });
});
