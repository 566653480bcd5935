import { expect, it } from 'vitest';
import type { ReportEvent } from '../../common/model/report.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { openReports } from './store.ts';

const id = '52-54-00-00-00-01.20260101T120000';
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
  const reports = await openReports(io, '/reports');
  await Promise.all([reports.add(started), reports.add(progress), reports.add(started)]);
  const lines = ((await io.readText(`/reports/${id}.jsonl`)) ?? '').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).seq)).toEqual([1, 2]);
  expect(reports.list()).toMatchObject([{ host: 'demo1', verb: 'image', percent: 33, outcome: 'running' }]);
});
it('tells failed from finished, and goes back to running when the script goes on', async () => {
  const reports = await openReports(recorderIo({}).io, '/reports');
  await reports.add(started);
  expect(await reports.add(failed)).toMatchObject({ outcome: 'failed', error: 'no route' });
  expect(await reports.add({ ...base, seq: 5, kind: 'verb', verb: 'image', argv: [], phase: 'begin' })).toMatchObject({
    outcome: 'running',
  });
  expect(await reports.add({ ...finished, seq: 6 })).toMatchObject({ outcome: 'ok', image: 'web_v1' });
});
it('knows after a restart what it knew before, torn lines or not', async () => {
  const { io } = recorderIo({});
  const first = await openReports(io, '/reports');
  await first.add(started);
  await io.append(`/reports/${id}.jsonl`, '{"seq":');
  const second = await openReports(io, '/reports');
  expect(second.list()).toEqual(first.list());
  expect(await second.add(started)).toBeUndefined();
});
