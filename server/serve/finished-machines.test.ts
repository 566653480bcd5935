import { expect, it } from 'vitest';
import type { AbsPath } from '../../common/system/place.ts';
import { fullDisk } from '../../test/helpers/full-disk.ts';
import { mac, paths, server } from '../../test/helpers/web-server.ts';
import { finishedMachines } from './finished-machines.ts';

const done = { mac, image: 'web_v1', at: '2026-01-01T00:00:00Z', from: '10.0.0.9' };
const machinesIn = (text: string | undefined) =>
  Object.keys((JSON.parse(text ?? '{}') as { machines: object }).machines);

it('writes down who has finished in the room that was held, on a full disk', async () => {
  const disk = fullDisk();
  const finished = finishedMachines(disk.io, paths, () => {});
  await finished.retry();
  disk.fill();
  await finished.add(done);
  expect(machinesIn(await disk.io.readText(paths.netboot))).toEqual([mac]);
  expect(finished.unwritten()).toEqual([]);
});
it('knows who has finished where the disk takes nothing, tells it once, and writes it when the disk does', async () => {
  const disk = fullDisk();
  const said: string[] = [];
  const finished = finishedMachines(disk.io, paths, (line) => void said.push(line));
  disk.fill();
  const other = { ...done, mac: '52:54:00:00:00:02' };
  for (const one of [done, other, done]) await expect(finished.add(one)).rejects.toThrow('ENOSPC');
  await finished.retry();
  expect(finished.unwritten().map((one) => one.mac)).toEqual([mac, other.mac]);
  expect(said).toHaveLength(1);
  disk.empty();
  await finished.retry();
  expect(machinesIn(await disk.io.readText(paths.netboot))).toEqual([mac, other.mac]);
  expect(finished.unwritten()).toEqual([]);
});
it('starts the own disk of a machine that has finished on a full disk, though it is not written down', async () => {
  const disk = fullDisk((at: AbsPath) => at === paths.netboot);
  const { post, boot } = await server({}, '10.0.0.9', disk.io);
  disk.fill();
  const event = { id: '52-54-00-00-00-01.20260101T120000', at: '', mac, image: 'web_v1', afterwards: 'reboot' };
  expect((await post({ ...event, seq: 2, kind: 'finished', seconds: 9 })).status).toBe(500);
  expect(await boot()).toContain('sanboot');
});
