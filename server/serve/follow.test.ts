import { expect, it } from 'vitest';
import type { AbsPath } from '../../common/system/place.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { parseServerConfig } from '../config/server-toml.ts';
import { serverPaths } from '../config/paths.ts';
import { printHosts } from '../config/hosts-json.ts';
import { follow, lookAround } from './follow.ts';
import type { ServeFacts } from './serve-facts.ts';

const paths = serverPaths('/');
const facts: ServeFacts = {
  root: '/',
  paths,
  config: parseServerConfig('', 'server.toml'),
  ports: { rsync: 873, http: 8181 },
  networks: '*',
  cards: [],
  names: [],
  images: ['web'],
  hosts: [],
  netboot: { version: 1, machines: {} },
  groups: [],
  web: {},
};
const image = (name: string) => `${paths.images}/${name}`;

/** A server that looks so often as it is told what has happened before; gives its lines and signals to dnsmasq. */
async function looks(
  happens: ((files: ReturnType<typeof recorderIo>['files']) => void)[],
  more: Partial<ServeFacts> = {},
) {
  const { io, files } = recorderIo({ files: { [image('web')]: { dir: true } } });
  const [said, signals]: [string[], string[]] = [[], []];
  const dnsmasq = { stop: async () => {}, pid: () => undefined, signal: (one: string) => void signals.push(one) };
  const finished = { add: async () => {}, unwritten: () => [], retry: async () => {} };
  const end = new AbortController();
  const todo = [...happens];
  const sleep = async () => {
    const next = todo.shift();
    if (next) next(files);
    else end.abort();
  };
  const say = (line: string) => void said.push(line);
  const around = await lookAround(
    io,
    { ...facts, ...more },
    { running: new Map([['dnsmasq', dnsmasq]]), finished },
    say,
  );
  await follow({ io: { ...io, sleep }, signal: end.signal }, around, say);
  return { said, signals, text: (at: AbsPath) => io.readText(at) };
}

it('serves an image from when it comes until it is gone, and writes nothing where nothing changes', async () => {
  const { said, text } = await looks([
    (all) => void all.set(image('db'), { dir: true }),
    () => {},
    (all) => void all.delete(image('web')),
  ]);
  expect(said).toEqual(['image db is served now', 'image web is gone']);
  expect(await text(`${paths.run}/rsyncd.conf`)).toMatch(/^\[db\]$/m);
  expect(await (await looks([() => {}])).text(`${paths.run}/rsyncd.conf`)).toBeUndefined();
});

it('serves only one of two images whose names rsync takes for the same, and says so', async () => {
  const { said } = await looks([(all) => void all.set(image('Web'), { dir: true })]);
  expect(said).toEqual([
    'image web is not served: rsync takes this name for Web. Rename one of the two images: mvimage',
    'image Web is served now',
  ]);
});

it('tells dnsmasq of machines that are made known', async () => {
  const { said, signals, text } = await looks([
    (all) => void all.set(paths.hosts, printHosts([{ host: 'www1', mac: '52:54:00:00:00:01', ip: '10.0.0.5' }])),
  ]);
  expect(said).toEqual(['1 machine is known now']);
  expect(signals).toEqual(['SIGHUP']);
  expect(await text(`${paths.run}/dhcp-hosts`)).toContain('10.0.0.5');
});

it('goes on with everything else while a list does not read, and tells that once', async () => {
  const { said } = await looks([
    (all) => void all.set(paths.groups, 'web ='),
    (all) => void all.set(image('db'), { dir: true }),
    (all) => void all.set(paths.groups, ''),
    (all) => void all.set(paths.groups, 'web ='),
  ]);
  expect(said.filter((line) => line.includes('not TOML'))).toHaveLength(2);
  expect(said).toContain('image db is served now');
});

it('has every machine that boots by grub start its own disk while hosts.json does not read', async () => {
  const config = { ...facts.config, dhcp: { ...facts.config.dhcp, secure_boot: true } };
  const card = { card: 'eth0', address: '10.0.0.1', prefixLength: 24, mac: '52:54:00:00:00:ff' };
  const dhcp: ServeFacts['dhcp'] = { mode: 'server', card, user: 'nobody', ipxe: [], proxiesHttp: true };
  const { said, text } = await looks([(all) => void all.set(paths.hosts, 'no')], { config, dhcp });
  expect(said).toContain(`every machine starts its own disk: ${paths.hosts} is not JSON`);
  expect(await text(`${paths.tftp}/grub/grub.cfg`)).toContain('This machine starts its own disk');
});
