import { expect, it } from 'vitest';
import { architectures } from '../../common/boot/architectures.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { printSteps } from '../../common/system/apply.ts';
import { bootsByGrub, planSignedFiles, signedFolders } from './signed-files.ts';

const paths = { tftp: '/run/tftp', boot: '/lib/boot' } as const;
const built = { '/srv/amd64/kernel': '', '/lib/boot/amd64': { link: '/srv/amd64' } };

it('finds where the signed programs really are', async () => {
  const grub = '/srv/amd64/grub';
  const signed = {
    [`${grub}/shim/shimx64.efi.signed`]: '',
    [`${grub}/shim/mmx64.efi.signed`]: '',
    [`${grub}/x86_64-efi-signed/grubnetx64.efi.signed`]: '',
  };
  expect(await signedFolders(recorderIo({ files: { ...built, ...signed } }).io, paths, architectures)).toEqual([
    '/srv/amd64',
  ]);
});
it('refuses a build without them, and says which file and what to run', async () => {
  await expect(signedFolders(recorderIo({ files: built }).io, paths, architectures)).rejects.toMatchObject({
    message: expect.stringContaining('/lib/boot/amd64/grub/shim/shimx64.efi.signed is missing'),
    hint: 'Run: systemimager build boot --arch amd64',
  });
});
it('has nothing to ask of an architecture that is not built', async () => {
  expect(await signedFolders(recorderIo({}).io, paths, architectures)).toEqual([]);
});
it('offers grub by the name that shim looks for', () => {
  expect(printSteps(planSignedFiles(paths))).toContain('/lib/boot/amd64/grub/x86_64-efi-signed/grubnetx64.efi.signed');
});
it('is for all UEFI machines with Secure Boot, and without only for those whose iPXE the server lacks', () => {
  expect(bootsByGrub(true, ['undionly.kpxe', 'snponly.efi', 'ipxe-arm64.efi'], false)).toEqual(['amd64', 'arm64']);
  expect(bootsByGrub(false, ['undionly.kpxe', 'snponly.efi'], false)).toEqual(['arm64']);
  expect(bootsByGrub(false, ['undionly.kpxe', 'snponly.efi', 'ipxe-arm64.efi'], false)).toEqual([]);
});
it('is for nobody beside another DHCP server, from which grub would load its files', () => {
  expect(bootsByGrub(true, ['undionly.kpxe', 'snponly.efi'], true)).toEqual([]);
});
