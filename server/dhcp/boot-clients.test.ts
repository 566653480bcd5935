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
it.each([
  [{}, 'ipxe/snponly.efi', 'ipxe/ipxe-arm64.efi'],
  [{ secureBoot: true }, 'iso/boel.iso', 'iso/boel-arm64.iso'],
  [{ httpBoot: 'iso' as const }, 'iso/boel.iso', 'iso/boel-arm64.iso'],
  [{ secureBoot: true, httpBoot: 'ipxe' as const }, 'ipxe/snponly.efi', 'ipxe/ipxe-arm64.efi'],
])('by HTTP, %j gives %s', (wish, x64, arm64) => {
  const files = bootClients({ ...server, ...wish }).filter((one) => one.byHttp);
  expect(files.map((one) => one.bootFile)).toEqual([`http://SERVER:8181/${x64}`, `http://SERVER:8181/${arm64}`]);
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
it('names for arm64 only what the image server has', () => {
  const ipxe = ['undionly.kpxe', 'snponly.efi'] as const;
  const files = bootClients({ ...server, ipxe }).map((one) => one.bootFile);
  expect(files).toContain('shimaa64.efi');
  expect(files.join(' ')).not.toContain('ipxe-arm64.efi');
});
