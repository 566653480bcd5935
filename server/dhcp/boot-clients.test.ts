import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { bootClients, ipxeScript } from './boot-clients.ts';

const server = { imageServer: 'SERVER', httpPort: 8181 };

it('has each number of option 93 once', () => {
  const numbers = bootClients(server).flatMap((one) => one.numbers);
  expect(numbers.toSorted((a, b) => a - b)).toEqual([0, 7, 9, 11, 16, 19]);
});
it('gives UEFI what Secure Boot accepts where that is wished, and BIOS and iPXE what they always get', () => {
  const files = bootClients({ ...server, secureBoot: true }).map((one) => one.bootFile);
  expect(files.slice(0, 3)).toEqual(['undionly.kpxe', 'shimx64.efi', 'shimaa64.efi']);
});
it('says what docs/dhcp.md says', () => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/dhcp.md'), 'utf8');
  for (const { numbers, bootFile, byHttp } of bootClients(server)) {
    const line = text.split('\n').find((one) => one.includes(`option 93 is ${numbers.join(' or ')} |`)) ?? '';
    expect(line).toContain(`\`${bootFile}\``);
    expect(line.includes('HTTPClient')).toBe(byHttp);
  }
  expect(text).toContain(ipxeScript(server));
});
