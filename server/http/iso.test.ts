import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findIsoSettings } from '../../common/media/iso-settings.ts';
import { readIso } from '../../common/media/iso9660.ts';
import { parseSums, sumAll } from '../../common/media/sums.ts';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { bufferReader, tinyIso } from '../../test/helpers/tiny-iso.ts';
import { finished, mac, serverIn } from '../../test/helpers/web-server.ts';

const arp = (ip: string) => `IP address HW type Flags HW address Mask Device\n${ip} 0x1 0x2 ${mac} * eth1\n`;
const plain = tinyIso('');

/** A server whose files lie in a real folder, for a machine at 10.0.0.11 whose MAC the kernel knows. */
async function site(wish: { iso?: Buffer | false; from?: string } = {}) {
  const top = absPath(fs.mkdtempSync(path.join(os.tmpdir(), 'served-iso-')));
  const lib = path.join(top, 'var/lib/systemimager');
  for (const folder of ['boot/amd64', 'reports']) fs.mkdirSync(path.join(lib, folder), { recursive: true });
  const hosts = [
    { host: 'www1', mac, ip: '10.0.0.11' },
    { host: 'www2', mac: '52:54:00:00:00:02' },
  ];
  fs.writeFileSync(path.join(lib, 'hosts.json'), JSON.stringify({ version: 1, machines: hosts }));
  const iso = path.join(lib, 'boot/amd64/boel.iso');
  if (wish.iso !== false) fs.writeFileSync(iso, wish.iso ?? plain);
  const readText: typeof realIo.readText = async (at, how) =>
    at === '/proc/net/arp' ? arp('10.0.0.11') : realIo.readText(at, how);
  const web = await serverIn(top, { ...realIo, readText }, wish.from ?? '10.0.0.11');
  return { ...web, iso, [Symbol.dispose]: () => fs.rmSync(top, { recursive: true }) };
}
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
const cfgOf = async (image: Buffer) => {
  const { localCfg } = await findIsoSettings(bufferReader(image));
  return image.toString('utf8', localCfg.offset, localCfg.offset + localCfg.bytes).trimEnd();
};

it('gives each machine the ISO with its own local.cfg, whole and with right sums', async () => {
  using web = await site();
  const image = await bytesOf(await web.ask(`/iso/${mac}/boel.iso`));
  expect(image.length).toBe(plain.length);
  expect(await cfgOf(image)).toContain('HOSTNAME=www1\nIPADDR=10.0.0.11\nNETMASK=255.255.255.0\nIMAGESERVER=10.0.0.1');
  const { sumsText } = await findIsoSettings(bufferReader(image));
  const sums = await sumAll(bufferReader(image), (await readIso(bufferReader(image)))?.files.values() ?? []);
  expect(parseSums(sumsText).get('local.cfg')).toBe(sums.get('local.cfg'));
  const other = await bytesOf(await web.ask('/iso/52-54-00-00-00-02/boel.iso'));
  expect(await cfgOf(other)).toContain('HOSTNAME=www2\nIMAGESERVER=10.0.0.1');
});
it('gives parts that together are the whole, across the bytes that were changed', async () => {
  using web = await site();
  const whole = await bytesOf(await web.ask(`/iso/${mac}/boel.iso`));
  const { localCfg, sums } = await findIsoSettings(bufferReader(whole));
  const cuts = [0, localCfg.offset - 1, localCfg.offset + 5, sums.offset + 70, sums.offset + 90, whole.length];
  const parts = await Promise.all(
    cuts.slice(1).map(async (end, at) => {
      const range = `bytes=${cuts[at]}-${end - 1}`;
      const answer = await web.ask(`/iso/${mac}/boel.iso`, { headers: { range } });
      expect([answer.status, answer.headers.get('content-range')]).toEqual([
        206,
        `bytes ${cuts[at]}-${end - 1}/${whole.length}`,
      ]);
      return bytesOf(answer);
    }),
  );
  expect(Buffer.concat(parts).equals(whole)).toBe(true);
});
it('tells the size and the same ETag for the same content, and answers If-Range and If-None-Match', async () => {
  using web = await site();
  const at = `/iso/${mac}/boel.iso`;
  const head = await web.ask(at, { method: 'HEAD' });
  const etag = head.headers.get('etag') ?? '';
  expect([head.status, head.headers.get('content-length'), head.headers.get('accept-ranges')]).toEqual([
    200,
    String(plain.length),
    'bytes',
  ]);
  fs.writeFileSync(web.iso, plain);
  expect((await web.ask(at, { method: 'HEAD' })).headers.get('etag')).toBe(etag);
  expect((await web.ask('/iso/52-54-00-00-00-02/boel.iso', { method: 'HEAD' })).headers.get('etag')).not.toBe(etag);
  const ask = async (headers: Record<string, string>) => (await web.ask(at, { headers })).status;
  expect(await ask({ range: 'bytes=0-9', 'if-range': etag })).toBe(206);
  expect(await ask({ range: 'bytes=0-9', 'if-range': '"other"' })).toBe(200);
  expect(await ask({ 'if-none-match': etag })).toBe(304);
  expect(await ask({ range: `bytes=${plain.length}-` })).toBe(416);
});
it('knows the machine that boots by HTTP by its address, and leaves an installed machine to its own disk', async () => {
  using web = await site();
  expect(await cfgOf(await bytesOf(await web.ask('/iso/boel.iso')))).toContain('HOSTNAME=www1');
  await web.post({ ...finished, host: 'www1' });
  for (const at of ['/iso/boel.iso', `/iso/${mac}/boel.iso`]) {
    const answer = await web.ask(at);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      {
        error: 'www1 starts its own disk: installed web_v1',
        hint: 'To install it again, type: systemimager netboot www1',
      },
    ]);
  }
});
it('gives no ISO to an address whose MAC nobody knows: the machine might be installed already', async () => {
  using web = await site({ from: '10.7.0.5' });
  const answer = await web.ask('/iso/boel.iso');
  expect(answer.status).toBe(404);
  expect(((await answer.json()) as { error: string }).error).toContain('the MAC of 10.7.0.5 is not known here');
});
it.each<[string, Buffer | false, string]>([
  ['no ISO', false, 'boot/amd64/boel.iso is missing'],
  ['a file that is no ISO', Buffer.from('x'), 'the ISO has no local.cfg'],
  ['an ISO that is cut off', plain.subarray(0, 20 * 2048), 'the medium ends'],
])('says in a sentence that there is %s', async (_, iso, words) => {
  using web = await site({ iso });
  const answer = await web.ask(`/iso/${mac}/boel.iso`);
  expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining(words)]);
  expect(web.said.join('\n')).toContain(words);
});
it.each(['/iso/x/boel.iso', `/iso/${mac}/other.iso`, `/iso/${mac}/boel-i386.iso`, '/iso/kernel', '/iso/'])(
  'knows nothing at %s',
  async (at) => {
    using web = await site();
    expect((await web.ask(at)).status).toBe(404);
    expect(web.said).toEqual([]);
  },
);
it('says each answer once, though a server board asks for thousands of parts', async () => {
  using web = await site();
  for (let at = 0; at < 3; at += 1) await web.ask(`/iso/${mac}/boel.iso`, { headers: { range: 'bytes=0-2047' } });
  expect(web.said).toEqual(['www1 gets an ISO with its local.cfg (www1 has not been installed yet)']);
});
