import { expect, it } from 'vitest';
import { ReportEvent } from './report.ts';

const base = {
  id: '52-54-00-00-00-01.20260101T120000',
  seq: 1,
  at: '2026-01-01T12:00:00.000Z',
  mac: '52:54:00:00:00:01',
};
const started = {
  ...base,
  kind: 'started',
  host: 'demo1',
  ip: '10.0.0.9',
  script: 'web_v1.master',
  firmware: 'bios',
  version: '6.0.0-dev',
};

it.each([
  ['a script of its own', { script: 'demo1.sh' }, {}],
  ['a script by an image of 128 characters', { script: `${'i'.repeat(128)}.master` }, {}],
  ['no host name and no address', { host: '', ip: '' }, {}],
  ['a host name with its domain', { host: 'Demo1.Example.org' }, { host: 'demo1' }],
  ['a MAC with dashes', { mac: '52-54-00-00-00-01' }, { mac: base.mac }],
])('takes %s', (_, told, read) => {
  expect(ReportEvent.parse({ ...started, ...told })).toMatchObject({ ...told, ...read });
});
it.each([
  { host: 'a b' },
  { host: '-a' },
  { ip: '10.0.0.9; reboot' },
  { script: '../x' },
  { version: '<b>' },
  { mac: 'x' },
  { at: 'yesterday' },
])('refuses %j', (wrong) => {
  expect(ReportEvent.safeParse({ ...started, ...wrong }).success).toBe(false);
});
it.each(['x ; chain http://10.0.0.9/x ;', 'a\nb', '${x}', '<b>', '.hidden'])('refuses the image %j', (image) => {
  const event = { ...base, kind: 'finished', image, afterwards: 'reboot', seconds: 1 };
  expect(ReportEvent.safeParse(event).success).toBe(false);
  expect(ReportEvent.safeParse({ ...event, image: '' }).success).toBe(true);
});
it('shows what would steer a terminal in the words of programs', () => {
  const event = { ...base, kind: 'failed', verb: '', error: 'a\x1b[31m\n\tb\u202e', hint: '\x9b' };
  expect(ReportEvent.parse(event)).toMatchObject({ error: 'a\\u001b[31m\n\tb\\u202e', hint: '\\u009b' });
});
