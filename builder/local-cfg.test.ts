import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath } from '../common/system/place.ts';
import { parseLocalCfg } from '../common/model/local-cfg.ts';
import { checkReach, emptyCfg, readGivenCfg } from './local-cfg.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'local-cfg-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const given = (text: string, warned: string[] = []) => {
  const file = path.join(dir, 'local.cfg');
  writeFileSync(file, text);
  return readGivenCfg(absPath(file), (line) => void warned.push(line));
};

it('gives the bytes and the settings, and passes on what BOEL would warn of', async () => {
  const warned: string[] = [];
  const { content, values } = await given('HOSTNAME=www1\r\nwhat is this\n', warned);
  expect([String(content), values]).toEqual(['HOSTNAME=www1\r\nwhat is this\n', { HOSTNAME: 'www1' }]);
  expect(warned.join()).toContain('line 2');
});
it.each([
  ['IPADDR=10.0.0.5\n', 'comes without NETMASK'],
  ['IPADDR=10.0.0.5\nNETMASK=24\nGATEWAY=10.1.0.1\n', 'GATEWAY=10.1.0.1 is not in the network 10.0.0.0/24'],
  ['IPADDR=10.0.0.255\nNETMASK=24\n', 'broadcast address'],
  ['HOSTNAME=$(reboot)\n', 'an unquoted $'],
  ['root:x:0:0::/root:/bin/sh\n', 'sets no variable'],
  ['# nothing\n', 'sets no variable'],
  [`HOSTNAME=www1\n${'#'.repeat(70_000)}`, 'has 70014 bytes'],
])('refuses %j before a medium is made', async (text, why) => {
  await expect(given(text)).rejects.toThrow(why);
});
it('names a file that is not there', async () => {
  await expect(readGivenCfg(absPath(path.join(dir, 'absent')), () => {})).rejects.toThrow('cannot be read');
});
it('lies on a medium without settings until a person fills it in', () => {
  expect(parseLocalCfg(emptyCfg.content, 'local.cfg')).toEqual({ values: {}, warnings: [] });
  expect(() => checkReach(emptyCfg, undefined)).not.toThrow();
});
it.each([
  ['IPADDR=10.0.0.5\nNETMASK=24\n', undefined, 'nobody names the image server'],
  ['IPADDR=10.0.0.5\nNETMASK=24\nIMAGESERVER=images\n', undefined, 'DNSSERVERS'],
  ['IPADDR=10.0.0.5\nNETMASK=24\n', 'images', 'DNSSERVERS'],
])('sees that a machine with %j would not find server %j', async (text, server, why) => {
  const cfg = await given(text);
  expect(() => checkReach(cfg, server)).toThrow(why);
});
