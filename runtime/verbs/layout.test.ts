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

async function planned(script: string, files: Record<string, RecordedFile> = {}) {
  const { io } = recorderIo({
    files: { ...machine, '/run/boel/script': script, ...files },
    http: () => ({ status: 200, body: JSON.stringify(image) }),
  });
  const state = { ...emptyState, settings: { IMAGESERVER: { value: '10.0.0.1', from: 'DHCP' as const, detail: '' } } };
  const options = { image: 'web_v1', match: [] };
  return layout.plan(await layout.probe({ io, state, args: [], options, stdin: text }), state, options);
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
