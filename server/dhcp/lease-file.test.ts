import { expect, it } from 'vitest';
import { idleContext } from '../../test/helpers/cli-context.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { findLeases } from './lease-file.ts';

const header = 'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n';
const line = (number: number) => `10.0.0.${number},52:54:00:00:00:0${number},,3600,4000000000,1,0,0,,0`;
const at = '/var/lib/kea/kea-leases4.csv';
const readAll = async (files: Record<string, string>) => {
  const { kind, file } = await findLeases({ ...idleContext(), io: recorderIo({ files }).io }, {});
  return kind.parseLeases(file.text, file.at).map((one) => one.ip);
};

it('reads what the clean-up of Kea left before the file itself, also where a line has no end', async () => {
  const files = { [at]: `${header}${line(3)}\n`, [`${at}.2`]: header + line(1), [`${at}.1`]: header + line(2) };
  expect(await readAll(files)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  expect(await readAll({ ...files, [`${at}.completed`]: header + line(4) })).toEqual(['10.0.0.4', '10.0.0.3']);
});
