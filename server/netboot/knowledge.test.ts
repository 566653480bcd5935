import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { serverPaths } from '../config/paths.ts';
import { bootKnowledge } from './knowledge.ts';
import { decideBoot } from './netboot.ts';

const paths = serverPaths('/');
const mac = '52:54:00:00:00:01';
const hosts = JSON.stringify({ version: 1, machines: [{ host: 'www1', mac }] });
const installed = { boot: 'local', at: '2026-01-01T00:00:00Z', why: 'installed web_v1', host: 'www1' };
const netboot = JSON.stringify({ version: 1, machines: { [mac]: installed } });

it.each([
  ['netboot.json is torn', hosts, netboot.slice(0, -20), 'netboot.json is not JSON'],
  ['netboot.json is empty', hosts, '', 'netboot.json is not JSON'],
  ['netboot.json is of another form', hosts, '[]', 'netboot.json'],
  ['hosts.json is torn', hosts.slice(0, -20), '{"version":1,"machines":{}}', 'hosts.json is not JSON'],
])('installs no machine where %s', async (_, hostsText, netbootText, why) => {
  const { io } = recorderIo({ files: { [paths.hosts]: hostsText, [paths.netboot]: netbootText } });
  const known = await bootKnowledge(io, paths, 'install')();
  expect(known.broken).toContain(why);
  expect(decideBoot(mac, known).boot).toBe('local');
});
it('installs what is known and not installed yet', async () => {
  const { io } = recorderIo({ files: { [paths.hosts]: hosts } });
  const known = await bootKnowledge(io, paths, 'local')();
  expect([known.broken, decideBoot(mac, known).boot]).toEqual([undefined, 'install']);
});
it('reads a list again only where another one lies there', async () => {
  const { io } = recorderIo({ files: { [paths.hosts]: hosts, [paths.netboot]: netboot } });
  let [ino, reads] = [1, 0];
  const lstat: typeof io.lstat = async (at) => {
    const stat = await io.lstat(at);
    return stat && { ...stat, ino };
  };
  const readText: typeof io.readText = (at) => {
    reads += 1;
    return io.readText(at);
  };
  const ask = bootKnowledge({ ...io, lstat, readText }, paths, 'install');
  const boot = async () => decideBoot(mac, await ask()).boot;
  expect([await boot(), await boot(), reads]).toEqual(['local', 'local', 2]);
  await io.write(paths.netboot, '{"version":1,"machines":{}}', { mode: 0o644 });
  ino = 2;
  expect([await boot(), await boot(), reads]).toEqual(['install', 'install', 4]);
});
