import { expect, it } from 'vitest';
import { recorderIo } from '../../../test/helpers/recorder-io.ts';
import { readConfiguration } from '../read-configuration.ts';
import { kea } from './kea.ts';

const at = '/etc/kea/kea-dhcp4.conf';
const read = (files: Record<string, string>) => readConfiguration({ io: recorderIo({ files }).io, root: '/' }, kea);
const www1 = { mac: '52:54:00:00:00:01', address: '10.0.0.9' };
const hosts =
  '// ours\n{ "client-id": "01:02", "ip-address": "10.0.0.5" },\n{ "flex-id": "\'x\'", "ip-address": "10.0.0.6" } # last';

it('counts what included files reserve, also from one to the next', async () => {
  const found = await read({
    [at]: '{ "Dhcp4": { /* <?include "/no"?> */ "subnet4": [ <?include "etc/kea/nets"?> ], } } # <?include "/no"?>',
    '/etc/kea/nets': '{ "subnet": "10.0.0.0/24", "reservations": [ <?include "/etc/kea/hosts"?> ] }',
    '/etc/kea/hosts': hosts,
  });
  expect(kea.reserved(found).map((one) => one.address)).toEqual(['10.0.0.5', '10.0.0.6']);
  expect(kea.serves(found)('10.0.0.9')).toBe(true);
  expect(() => kea.withReservations(found, [www1])).toThrow('includes the part that is to be changed');
});
it('puts ours behind an include, and changes them again', async () => {
  const text =
    '{ "Dhcp4": { "subnet4": [ { "subnet": "10.0.0.0/24", "reservations": [\n  <?include "/etc/kea/hosts"?>\n] } ] } }';
  const found = await read({ [at]: text, '/etc/kea/hosts': hosts });
  const once = kea.withReservations(found, [www1]);
  expect(once).toContain('<?include "/etc/kea/hosts"?>,\n{');
  expect(once.replaceAll(/\?>,[^]*?\n\]/g, '?>\n]')).toBe(text);
  const now = { ...found, text: once };
  expect(kea.reserved(now).map((one) => one.address)).toEqual(['10.0.0.5', '10.0.0.6', '10.0.0.9']);
  expect(kea.withReservations(now, [www1])).toBe(once);
  const moved = kea.withReservations(now, [{ ...www1, address: '10.0.0.10' }]);
  expect(moved).toBe(once.replace('10.0.0.9', '10.0.0.10'));
});
it('refuses an include of a file that is not there, or of itself', async () => {
  const gone = await read({ [at]: '{ "Dhcp4": { "subnet4": <?include "/etc/kea/gone"?> } }' });
  expect(() => kea.reserved(gone)).toThrow('line 1: an <?include?> of a file that is not there');
  const loop = await read({ [at]: '<?include "/etc/kea/a"?>', '/etc/kea/a': '<?include "/etc/kea/a"?>' });
  expect(() => kea.reserved(loop)).toThrow('line 1: an <?include?>');
});
