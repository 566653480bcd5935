import { expect, it } from 'vitest';
import { secureBootWords } from '../common/model/secure-boot.ts';
import { recorderIo } from '../test/helpers/recorder-io.ts';
import { certificates, signatureList } from '../test/helpers/signed-program.ts';
import { probeSecureBoot } from './secure-boot.ts';

const folder = '/sys/firmware/efi/efivars';
const enforced = `${folder}/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c`;
const db = `${folder}/db-d719b2cb-3d3a-4596-a3bc-dad00e67656f`;
const attributes = Buffer.from([6, 0, 0, 0]);
const variable = (...content: Buffer[]) => Buffer.concat([attributes, ...content]);
const probe = (files: Record<string, Buffer>) => probeSecureBoot(recorderIo({ files }).io);

it('reads whether Secure Boot is on, and whom the firmware trusts', async () => {
  const found = await probe({
    [enforced]: variable(Buffer.from([1])),
    [db]: variable(signatureList(certificates.authority)),
  });
  expect(found).toEqual({ enforced: true, trusts: ['Example UEFI CA 2023'] });
  expect(found && secureBootWords(found)).toBe('on; the firmware trusts Example UEFI CA 2023');
});
it('says what is damaged, and goes on', async () => {
  const found = await probe({ [enforced]: variable(Buffer.from([0])), [db]: variable(Buffer.from('garbage')) });
  expect(found && secureBootWords(found)).toBe('off; the list of certificates of the firmware is damaged at byte 0');
});
it('knows nothing on a BIOS, and no certificate where firmware has none', async () => {
  expect(await probe({})).toBeUndefined();
  expect(await probe({ [enforced]: Buffer.alloc(0) })).toEqual({ enforced: false, trusts: [] });
});
