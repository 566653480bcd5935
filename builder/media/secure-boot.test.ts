import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath } from '../../common/system/place.ts';
import { signedKernel } from '../../test/helpers/signed-kernel.ts';
import { checkSignature } from './secure-boot.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'secure-boot-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

async function check(certificateBytes: number, isForSecureBoot: boolean): Promise<string[]> {
  writeFileSync(path.join(dir, 'kernel'), signedKernel(certificateBytes));
  const said: string[] = [];
  await checkSignature(absPath(dir), isForSecureBoot, (line) => void said.push(line));
  return said;
}

it('says nothing of a signed kernel', async () => {
  expect(await check(1480, true)).toEqual([]);
});
it('says who does not start a kernel that is not signed, and refuses the kernel for Secure Boot', async () => {
  expect(await check(0, false)).toEqual([
    `${dir}/kernel is not signed: machines with Secure Boot do not start this medium.`,
  ]);
  await expect(check(0, true)).rejects.toThrow(
    `${dir}/kernel is not signed, so a machine with Secure Boot does not start it`,
  );
});
