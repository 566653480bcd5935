import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { openReportRoom } from './report-room.ts';

const keep = { keep_days: 365, keep_megabytes: 10 };
const mib = 1024 ** 2;
const nameOf = (nth: number) => `52-54-00-00-00-01.20260101T${100_000 + nth}.jsonl`;
const isThere = (files: Map<string, RecordedFile>, nth: number) => files.has(`/reports/${nameOf(nth)}`);
const day = (nth: number) => new Date(Date.UTC(2026, 0, 1 + nth));
const at = (days: number, sizeBytes = 1): RecordedFile => ({ kind: 'file', sizeBytes, mtimeMs: day(days).getTime() });
const open = (files: Record<string, RecordedFile>, now = day(0)) => {
  const machine = recorderIo({ files, now });
  return { ...machine, opened: openReportRoom(machine.io, '/reports', keep, () => {}) };
};

it('never takes more than it may, in whole blocks of the disk, whatever is written', async () => {
  const write = fc.record({ nth: fc.nat(30), bytes: fc.nat(4 * mib), source: fc.constantFrom('a', 'b', 'c') });
  await fc.assert(
    fc.asyncProperty(fc.array(write, { maxLength: 40 }), async (writes) => {
      const { io, files, opened } = open({});
      const room = await opened;
      for (const { nth, bytes, source } of writes) {
        await room.take(nameOf(nth), bytes, source);
        files.set(`/reports/${nameOf(nth)}`, { kind: 'file', sizeBytes: bytes });
        let blocks = 0;
        for (const name of (await io.list('/reports')) ?? [])
          if (name.endsWith('.jsonl'))
            blocks += Math.ceil(((await io.lstat(`/reports/${name}`))?.sizeBytes ?? 0) / 4096) * 4096;
        expect(blocks).toBeLessThanOrEqual(10 * mib);
      }
    }),
  );
});
it('removes the oldest first, and never the one that grows', async () => {
  const { files, opened } = open({
    [`/reports/${nameOf(1)}`]: at(-2, 3 * mib),
    [`/reports/${nameOf(2)}`]: at(-1, 4 * mib),
  });
  const room = await opened;
  await room.take(nameOf(1), 5 * mib, 'a');
  expect(isThere(files, 1)).toBe(true);
  await room.take(nameOf(3), 4 * mib, 'b');
  expect([1, 2, 3].filter((nth) => isThere(files, nth))).toEqual([1]);
  await expect(room.take(nameOf(1), 11 * mib, 'a')).rejects.toThrow('keep_megabytes = 10 is too little');
});
it('removes what one address sent that fills more than half of the room, not what others did', async () => {
  const { files, opened } = open({ [`/reports/${nameOf(1)}`]: at(-300, mib) });
  const room = await opened;
  for (let nth = 2; nth < 200; nth += 1) {
    await room.take(nameOf(nth), mib, 'flood');
    files.set(`/reports/${nameOf(nth)}`, 'x');
  }
  expect(isThere(files, 1)).toBe(true);
  expect(room.newest(99)).toHaveLength(10);
});
it('counts a file of a few bytes as the block that it takes', async () => {
  const { opened } = open({});
  const room = await opened;
  for (let nth = 0; nth < 3000; nth += 1) await room.take(nameOf(nth), 100, `${nth % 7}`);
  expect(room.newest(9999)).toHaveLength((10 * mib) / 4096);
});
it('removes what is too old', async () => {
  const { files, opened } = open({ [`/reports/${nameOf(1)}`]: at(-400), [`/reports/${nameOf(2)}`]: at(-1) });
  await opened;
  expect([1, 2].filter((nth) => isThere(files, nth))).toEqual([2]);
});
it('removes nothing while the clock is a year ahead for some looks, and all that is too old once that year has gone by', async () => {
  const { files, io, opened } = open({ [`/reports/${nameOf(1)}`]: at(-100), [`/reports/${nameOf(2)}`]: at(0) });
  await opened;
  const look = (now: Date) => openReportRoom({ ...io, now: () => now }, '/reports', keep, () => {});
  for (const now of [day(400), day(400), day(401)]) {
    await look(now);
    files.set(`/reports/${nameOf(3)}`, { kind: 'file', sizeBytes: 1, mtimeMs: now.getTime() });
  }
  await look(day(1));
  expect([1, 2].filter((nth) => isThere(files, nth))).toEqual([1, 2]);
  for (let nth = 0; nth < 400; nth += 1) await look(day(nth));
  expect([1, 2].filter((nth) => isThere(files, nth))).toEqual([]);
});
