import { expect, it } from 'vitest';
import type { ReportEvent } from '../../common/model/report.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { fullDisk } from '../../test/helpers/full-disk.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { latestInstallations, Reports } from './store.ts';

const from = '10.0.0.11';
const keep = { keep_days: 365, keep_megabytes: 512 };
const id = '52-54-00-00-00-01.20260101T120000.1f0c93ab';
const base = { id, at: '2026-01-01T12:00:00Z', mac: '52:54:00:00:00:01' };
const started: ReportEvent = {
  ...base,
  seq: 1,
  kind: 'started',
  host: 'demo1',
  ip: '10.0.0.11',
  script: 'demo1.sh',
  firmware: 'bios',
  version: '6',
};
const progress: ReportEvent = {
  ...base,
  seq: 2,
  kind: 'progress',
  verb: 'image',
  doneBytes: 30,
  totalBytes: 90,
  bytesPerSecond: 1,
};
const failed: ReportEvent = { ...base, seq: 3, kind: 'failed', verb: 'image', error: 'no route', hint: 'look' };
const finished: ReportEvent = { ...base, seq: 4, kind: 'finished', image: 'web_v1', afterwards: 'reboot', seconds: 60 };

it('keeps each event once, as a line of the installation’s file', async () => {
  const { io } = recorderIo({ now: new Date(0) });
  const reports = await Reports.open(io, '/reports', keep);
  await Promise.all([reports.add(started, from), reports.add(progress, from), reports.add(started, from)]);
  const lines = ((await io.readText(`/reports/${id}.jsonl`)) ?? '').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).seq)).toEqual([1, 2]);
  expect(reports.list()).toMatchObject([{ host: 'demo1', verb: 'image', percent: 33, outcome: 'running' }]);
});
it('tells failed from finished, and goes back to running when the script goes on', async () => {
  const reports = await Reports.open(recorderIo({}).io, '/reports', keep);
  await reports.add(started, from);
  expect(await reports.add(failed, from)).toMatchObject({
    isNew: true,
    summary: { outcome: 'failed', error: 'no route' },
  });
  expect(
    await reports.add({ ...base, seq: 5, kind: 'verb', verb: 'image', argv: [], phase: 'begin' }, from),
  ).toMatchObject({
    summary: { outcome: 'running' },
  });
  expect(await reports.add({ ...finished, seq: 6 }, from)).toMatchObject({
    summary: { outcome: 'ok', image: 'web_v1' },
  });
});
it('knows after a restart what it knew before, torn lines or not', async () => {
  const { io } = recorderIo({});
  const first = await Reports.open(io, '/reports', keep);
  await first.add(started, from);
  await io.append(`/reports/${id}.jsonl`, '{"seq":');
  const second = await Reports.open(io, '/reports', keep);
  expect(second.list()).toEqual(first.list());
  expect(await second.add(started, from)).toMatchObject({ isNew: false, summary: { host: 'demo1' } });
  await second.add(failed, from);
  expect((await Reports.open(io, '/reports', keep)).list()).toMatchObject([{ outcome: 'failed' }]);
});
it('goes on where the disk takes no more, tells it once, and keeps whole lines when it does again', async () => {
  const { io } = recorderIo({});
  let isFull = false;
  const full = {
    ...io,
    async append(at: AbsPath, text: string) {
      await io.append(at, isFull ? text.slice(0, 10) : text);
      if (isFull) throw new Error('ENOSPC: no space left on device');
    },
  };
  const said: string[] = [];
  const reports = await Reports.open(full, '/reports', keep, (line) => void said.push(line));
  await reports.add(started, from);
  isFull = true;
  await reports.add(progress, from);
  await reports.add(failed, from);
  isFull = false;
  expect(await reports.add(finished, from)).toMatchObject({ summary: { outcome: 'ok' } });
  expect(said).toEqual(['cannot keep reports: ENOSPC: no space left on device']);
  expect((await reports.events(id))?.map((event) => event.kind)).toEqual(['started', 'finished']);
});
it('keeps no more of one machine than a few megabytes, and never loses its end', async () => {
  const { io } = recorderIo({});
  const reports = await Reports.open(io, '/reports', keep);
  await reports.add(started, from);
  const lines = ['x'.repeat(1024 * 1024)];
  for (let seq = 2; seq < 12; seq += 1) await reports.add({ ...base, seq, kind: 'log', lines }, from);
  expect(await reports.add({ ...finished, seq: 12 }, from)).toMatchObject({ summary: { outcome: 'ok' } });
  const text = (await io.readText(`/reports/${id}.jsonl`)) ?? '';
  expect(text.length).toBeLessThan(4 * 1024 * 1024 + 1000);
  expect(text).toContain('"finished"');
});
it('keeps the end of a machine that has told of failures until its file was full', async () => {
  const { io } = recorderIo({});
  const reports = await Reports.open(io, '/reports', keep);
  const error = 'x'.repeat(1024 * 1024);
  for (let seq = 1; seq < 12; seq += 1) await reports.add({ ...failed, seq, error }, from);
  await reports.add({ ...finished, seq: 12 }, from);
  expect((await Reports.open(io, '/reports', keep)).list()).toMatchObject([{ outcome: 'ok', image: 'web_v1' }]);
});
it('keeps the end of a machine on a full disk, in the room that was held', async () => {
  const disk = fullDisk();
  const reports = await Reports.open(disk.io, '/reports', keep);
  await reports.add(started, from);
  disk.fill();
  await reports.add(failed, from);
  await reports.add(finished, from);
  expect((await reports.events(id))?.map((event) => event.kind)).toEqual(['started', 'finished']);
});
it('takes no more new installations in a minute from one address than a site has, and others all the same', async () => {
  const { io } = recorderIo({ now: new Date(5) });
  const reports = await Reports.open(io, '/reports', keep);
  const nth = (at: number) => ({ ...started, id: id.replace('120000', String(100_000 + at)) });
  for (let at = 0; at < 100; at += 1) await reports.add(nth(at), from);
  expect(await reports.add(nth(100), from)).toBe('crowded');
  expect(await reports.add({ ...failed, id: nth(3).id }, from)).toMatchObject({ summary: { outcome: 'failed' } });
  expect(await reports.add(nth(100), '10.0.0.12')).toMatchObject({ isNew: true });
});
it('keeps what a machine tells after a stranger has told of the last number that there is', async () => {
  const { io } = recorderIo({});
  const reports = await Reports.open(io, '/reports', keep);
  await reports.add(started, from);
  await reports.add({ ...progress, seq: Number.MAX_SAFE_INTEGER }, '10.0.0.66');
  expect(await reports.add(finished, from)).toMatchObject({ isNew: true, summary: { outcome: 'ok' } });
  const again = await Reports.open(io, '/reports', keep);
  expect(await again.add(finished, from)).toMatchObject({ isNew: false });
  expect(await again.add({ ...failed, seq: 5 }, from)).toMatchObject({ isNew: true });
});
it('reads no more of a large file than its ends', async () => {
  const { io } = recorderIo({});
  const lines = ['x'.repeat(1024 * 1024)];
  const first = await Reports.open(io, '/reports', keep);
  await first.add(started, from);
  for (const seq of [2, 3, 4]) await first.add({ ...base, seq, kind: 'log', lines }, from);
  await first.add({ ...failed, seq: 5 }, from);
  let readBytes = 0;
  const counting = {
    ...io,
    async readPart(...part: Parameters<typeof io.readPart>) {
      const found = await io.readPart(...part);
      readBytes += found?.length ?? 0;
      return found;
    },
  };
  const reports = await Reports.open(counting, '/reports', keep);
  expect(reports.list()).toMatchObject([{ host: 'demo1', outcome: 'failed' }]);
  expect((await reports.events(id))?.map((event) => event.kind)).toEqual(['started', 'failed']);
  expect(readBytes).toBeLessThan(600 * 1024);
});
it('remembers a thousand machines at once without their files', async () => {
  const { io } = recorderIo({});
  const reports = await Reports.open(
    { ...io, readPart: () => Promise.reject(new Error('it is read')) },
    '/reports',
    keep,
  );
  const nth = (at: number) => ({ ...started, id: id.replace('120000', String(100_000 + at)) });
  for (let at = 0; at < 1000; at += 1) await reports.add(nth(at), `10.0.${at % 250}.1`);
  expect(await reports.add({ ...nth(0), seq: 2 }, '10.0.0.1')).toMatchObject({ isNew: true });
  expect(reports.list()).toHaveLength(100);
});
it('gives the newest installation of each machine, and removes nothing', async () => {
  const line = (event: ReportEvent, at: string) => `${JSON.stringify({ receivedAt: at, ...event })}\n`;
  const earlier = { ...finished, id: '52-54-00-00-00-01.20250101T120000' };
  const files = {
    [`/reports/${earlier.id}.jsonl`]: line(earlier, '2025-01-01T12:00:00Z'),
    [`/reports/${id}.jsonl`]: line(started, '2026-01-01T12:00:00Z') + line(failed, '2026-01-01T12:01:00Z'),
    '/reports/notes.txt': 'mine',
  };
  const { io, did } = recorderIo({ files });
  expect(await latestInstallations(io, '/reports')).toMatchObject([{ id, host: 'demo1', outcome: 'failed' }]);
  expect(did).toEqual([]);
});
