import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ReportEvent } from '../../common/model/report.ts';
import { checkSetting } from '../../common/model/setting-values.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { directNames } from '../discovery/identity.ts';
import { verbs } from '../verbs/index.ts';
import { version } from '../version.ts';
import { type BareEvent, queueEvent } from './events.ts';

const base = { id: '52-54-00-00-00-01.20260101T120000.1f0c93ab', seq: 1, mac: '52:54:00:00:00:01' };
const at = new Date('2026-01-01T12:00:00.123Z').toISOString();
const isReport = (event: object) => ReportEvent.safeParse({ ...base, at, ...event }).success;
const started = { kind: 'started', host: 'web1', ip: '10.0.0.9', script: 'web1.sh', firmware: 'uefi', version };

it('each verb can be told', () => {
  const names = verbs.map((one) => one.name);
  expect(names.filter((verb) => !isReport({ kind: 'verb', verb, argv: [], phase: 'end' }))).toEqual([]);
  expect(names.filter((verb) => !isReport({ kind: 'failed', verb, error: '', hint: '' }))).toEqual([]);
});

/** Values of a setting as a person, a DHCP server or a local.cfg may give them; those that are taken. */
const values = (name: 'HOSTNAME' | 'SCRIPTNAME' | 'IMAGENAME' | 'IPADDR') =>
  fc
    .oneof(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$/), fc.domain(), fc.ipV4(), fc.string())
    .map((text) => checkSetting(name, text))
    .filter((checked) => 'value' in checked)
    .map(({ value }) => ({ value, from: 'boot prompt' as const, detail: '' }));

it('whatever the settings are, the start of an installation can be told', () => {
  fc.assert(
    fc.property(values('HOSTNAME'), values('IPADDR'), ({ value: name }, { value: ip }) => {
      const [host = ''] = name.split('.');
      expect(isReport({ ...started, host, ip, script: `${host}.sh` })).toBe(true);
      expect(isReport({ ...started, host: '', ip: '' })).toBe(true);
    }),
  );
});
it.each(['SCRIPTNAME', 'IMAGENAME'] as const)('the script that %s means can be told', (name) => {
  fc.assert(
    fc.property(values(name), (setting) => {
      const { names = [] } = directNames({ [name]: setting }) ?? {};
      expect(names.filter((script) => !isReport({ ...started, script }))).toEqual([]);
    }),
  );
});
it('an image that was pulled, and none, can be told', () => {
  const finished = { kind: 'finished', afterwards: 'reboot', seconds: 12.5 };
  fc.assert(
    fc.property(values('IMAGENAME'), ({ value: image }) => {
      expect(isReport({ ...finished, image })).toBe(true);
    }),
  );
  expect(isReport({ ...finished, image: '' })).toBe(true);
});

it('the queue ends where memory would: first lines and progress are left out, at last everything', async () => {
  const { io } = recorderIo({});
  const log: BareEvent = { kind: 'log', lines: ['x'.repeat(1024 ** 2 - 200)] };
  const counts = { log: 0, failed: 0 };
  while (await queueEvent(io, log)) counts.log += 1;
  const failed: BareEvent = { kind: 'failed', verb: 'image', error: 'x'.repeat(1024 ** 2 - 200), hint: '' };
  while (await queueEvent(io, failed)) counts.failed += 1;
  expect(counts).toEqual({ log: 8, failed: 8 });
});
