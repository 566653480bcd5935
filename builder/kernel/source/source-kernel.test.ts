import { expect, it } from 'vitest';
import type { Architecture } from '../../../common/boot/architectures.ts';
import { recorderIo } from '../../../test/helpers/recorder-io.ts';
import type { PackageFacts } from '../../packages/apt.ts';
import { packageLibrary } from '../../packages/library.ts';
import { missingModules, sourceKernel } from './source-kernel.ts';

/** Asks for a kernel from source where Debian has these packages, each with what it depends on. */
async function compile(architecture: Architecture, packages: Record<string, string[]>) {
  const { io, did } = recorderIo({});
  const context = { io, signal: new AbortController().signal, say: () => {} };
  const facts = (name: string): PackageFacts | undefined =>
    packages[name] && {
      name,
      version: '6.1',
      architecture: 'all',
      depends: packages[name].map((one) => [one]),
      downloadBytes: 1,
    };
  const library = packageLibrary(context, { facts, download: async () => [] }, architecture, '/cache');
  await sourceKernel(context, library, '/cache').finally(() => expect(did).toEqual([]));
}

it('refuses another architecture before anything is downloaded', async () => {
  await expect(compile('arm64', {})).rejects.toThrow('compiled from source only on amd64 and for amd64');
});
it('says which package of Debian is missing', async () => {
  await expect(compile('amd64', {})).rejects.toThrow("Debian's package lists for amd64 name no package linux-source");
  await expect(compile('amd64', { 'linux-source': ['linux-source-6.1'] })).rejects.toThrow(
    "Debian's package linux-source points to no source",
  );
});
it('names the modules that were not built in', () => {
  const builtin = 'kernel/drivers/net/virtio_net.ko\nkernel/drivers/firewire/firewire-core.ko\n';
  expect(missingModules(builtin, ['virtio_net', 'firewire_core', 'e1000'])).toEqual(['e1000']);
});
