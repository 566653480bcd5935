import { expect, it } from 'vitest';
import { afterChoice, printNetboot, readNetboot } from '../../server/netboot/netboot.ts';
import { paths, server } from '../helpers/web-server.ts';
import { db1, reportsOf, stranger } from './machines.ts';

const at = '2026-01-01T00:00:00Z';
const nothing = { version: 1 as const, machines: {} };
const hostsFile = JSON.stringify({ version: 1, machines: [db1, { host: 'www1', ip: '10.0.0.21' }] });
/** The server after `systemimager netboot WHO --BOOT`. */
const chosen = (who: string, boot: 'install' | 'local' | 'rescue', hosts = [db1]) =>
  server({
    [paths.hosts]: hostsFile,
    [paths.netboot]: printNetboot(afterChoice(nothing, { who, boot, at, hosts })),
  });
const startsItsDisk = 'starts its own disk';

it.each([
  ['calls itself db1', stranger, 'db1'],
  ['calls itself DB1 with a domain', stranger, 'DB1.example.org'],
  ['has db1’s MAC', db1.mac, 'db1'],
  ['has db1’s MAC and another name', db1.mac, 'www1'],
])('a forged report that %s leaves db1 on its own disk', async (_, mac, host) => {
  const { post, boot, io } = await chosen('db1', 'local');
  const before = await readNetboot(io, paths.netboot);
  const { started, finished } = reportsOf(mac);
  for (const event of [{ ...started, host }, finished, { ...finished, seq: 9 }])
    expect((await post(event)).status).toBe(204);
  expect(await boot(`?mac=${db1.mac}`)).toContain(`db1 ${startsItsDisk}: systemimager netboot db1.`);
  expect(await readNetboot(io, paths.netboot)).toMatchObject(before);
});

it.each(['install', 'local', 'rescue'] as const)(
  'a stranger’s report changes nothing of a host that is to %s',
  async (choice) => {
    const { post, io } = await chosen('db1', choice);
    const { started, finished } = reportsOf(stranger);
    await post(started);
    await post(finished);
    expect((await readNetboot(io, paths.netboot)).machines.db1?.boot).toBe(choice);
  },
);

it('no report has a machine install itself', async () => {
  const { post, boot, io } = await chosen(stranger, 'local', []);
  for (const mac of [stranger, db1.mac]) for (const event of Object.values(reportsOf(mac))) await post(event);
  expect(await boot(`?mac=${stranger}`)).toContain(startsItsDisk);
  const { machines } = await readNetboot(io, paths.netboot);
  expect(new Set(Object.values(machines).map((one) => one.boot))).toEqual(new Set(['local']));
});

it('a name that a machine gives itself is not printed as its own', async () => {
  const { post, boot } = await server({ [paths.hosts]: hostsFile });
  const { started, finished } = reportsOf(stranger);
  await post({ ...started, host: 'www1' });
  await post(finished);
  expect(await boot(`?mac=${stranger}`)).toContain(`${stranger} ${startsItsDisk}: installed web_v1.`);
});

it('says who reported, where nobody chose', async () => {
  const { post, io } = await server({ [paths.hosts]: hostsFile });
  await post(reportsOf(stranger).finished);
  expect((await readNetboot(io, paths.netboot)).machines[stranger]).toMatchObject({ from: '10.0.0.9' });
});

it('a report is remembered while somebody mends hosts.json', async () => {
  const { post, io } = await server({ [paths.hosts]: '{' });
  expect((await post(reportsOf(stranger).finished)).status).toBe(204);
  expect((await readNetboot(io, paths.netboot)).machines[stranger]?.boot).toBe('local');
});
