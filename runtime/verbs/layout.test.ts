import { describe, expect, it } from 'vitest';
import { emptyState } from '../../common/model/state.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { layout } from './layout.ts';

const disk = '/sys/class/block/vda';
const machine: Record<string, RecordedFile> = {
  [disk]: { link: '../../devices/pci0000:00/0000:00:0a.0/virtio2/block/vda' },
  [`${disk}/device`]: { dir: true },
  [`${disk}/dev`]: '254:0\n',
  [`${disk}/ro`]: '0\n',
  [`${disk}/removable`]: '0\n',
  [`${disk}/size`]: '8388608\n',
};
const text =
  '[disk /dev/sda]\nlabel: dos\n1 : type=linux\n[filesystems]\n/dev/sda1 ext4\n[mounts]\n/dev/sda1 / ext4 defaults 0 1\n';
const image = {
  name: 'web_v1',
  bytes: 1,
  inodes: 1,
  mounts: [{ dir: '/', bytes: 1, inodes: 1 }],
  splitLinks: [],
  cannotStart: { bios: 'starts by systemd-boot, which needs UEFI' },
};

async function planned(script: string, files: Record<string, RecordedFile> = {}, facts: object = image, arch = 'x64') {
  const { io, did } = recorderIo({
    files: { ...machine, '/run/boel/script': script, ...files },
    http: () => ({ status: 200, body: JSON.stringify(facts) }),
  });
  const state = { ...emptyState, settings: { IMAGESERVER: { value: '10.0.0.1', from: 'DHCP' as const, detail: '' } } };
  const options = { image: 'web_v1', match: [] };
  const probed = await layout.probe({ io, state, args: [], options, stdin: text });
  return { ...layout.plan({ ...probed, arch }, state, options), did };
}

describe('an image that cannot start this machine', () => {
  it('is refused before a disk is touched', async () => {
    await expect(planned('set -e\nboel layout <<X\nX\nboel boot\n')).rejects.toThrow(
      'image web_v1 starts by systemd-boot, which needs UEFI, and the script would end at `boel boot` on this machine (BIOS)',
    );
  });
  it.each([
    ['the script starts it otherwise', '# boel boot\nlilo -r /a\n', {}],
    ['the firmware is another', 'boel boot\n', { '/sys/firmware/efi/x': '' }],
  ])('is taken where %s', async (_, script, files) => {
    expect((await planned(script, files)).state?.parts).toHaveProperty('/dev/sda1');
  });
});

describe('an arm64 machine', () => {
  const of = (script: string, files: Record<string, RecordedFile> = {}) =>
    planned(script, files, { ...image, cannotStart: {}, machine: 'arm64' }, 'arm64');
  it('that started without UEFI is refused, because no known boot loader starts such a machine', async () => {
    await expect(of('boel boot\n')).rejects.toThrow('this machine is arm64 and has started without UEFI');
  });
  it.each([
    ['with UEFI', 'boel boot\n', { '/sys/firmware/efi/x': '' }],
    ['without UEFI where the script starts the machine otherwise', '# boel boot\n', {}],
  ])('%s is taken', async (_, script, files) => {
    expect((await of(script, files)).state?.parts).toHaveProperty('/dev/sda1');
  });
});

describe('an image whose kernel is for other processors', () => {
  const of = (kernel: string) => planned('boel boot\n', {}, { ...image, cannotStart: {}, machine: kernel });
  it('is refused before a disk is touched', async () => {
    await expect(of('ppc64')).rejects.toThrow(
      `web_v1 has a kernel for processors of the kind ppc64, and this machine is x64`,
    );
  });
  it('is taken where it is for these', async () => {
    expect((await of('x64')).state?.parts).toHaveProperty('/dev/sda1');
  });
});

describe('an image whose kernel lacks a driver', () => {
  const device = '/sys/devices/pci0000:00/0000:00:0a.0';
  const hardware = {
    [`${device}/modalias`]: 'pci:v00001AF4d00001001\n',
    [`${device}/driver`]: { link: '../../../bus/pci/drivers/virtio-pci' },
  };
  const lacking = (modaliases: string[], types: string[]) => {
    return { ...image, cannotStart: {}, undriven: { kernel: '6.1', modaliases, types } };
  };
  it('is refused before a disk is touched, where the root needs the driver', async () => {
    const pci = lacking(['pci:v00001AF4d00001001'], []);
    await expect(planned('boel boot\n', hardware, pci)).rejects.toThrow('kernel 6.1 of the image has no driver for');
    await expect(planned('boel boot\n', hardware, lacking([], ['ext4']))).rejects.toThrow('cannot read ext4');
    expect((await planned('lilo\n', hardware, pci)).state?.parts).toHaveProperty('/dev/sda1');
  });
  it('is taken where the root needs something else', async () => {
    const { did, state } = await planned('boel boot\n', hardware, lacking(['scsi:t-0x00'], ['xfs']));
    expect(state?.parts).toHaveProperty('/dev/sda1');
    expect(did.join()).toContain('&device=virtio_pci%2Fpci%3Av00001AF4d00001001&type=ext4');
  });
});
