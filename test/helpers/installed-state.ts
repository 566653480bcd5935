import { emptyState, type State } from '../../common/model/state.ts';

/** A machine with one disk, /dev/sda in the script and /dev/vda here: root on partition 3, an ESP and a BIOS boot partition. */
export function installedState(more: Partial<State> = {}): State {
  const part = (number: number, type: string): State['parts'][string] => ({
    disk: '/dev/sda',
    number,
    startBytes: number * 2 ** 20,
    sizeBytes: 2 ** 20,
    type,
    partuuid: `0000000${number}-0000-4000-8000-000000000000`,
    name: '',
    attrs: '',
    bootable: false,
    node: `/dev/vda${number}`,
    added: false,
    keep: false,
  });
  const filesystem = (number: number, type: string, uuid: string): State['filesystems'][number] => ({
    device: `/dev/sda${number}`,
    node: `/dev/vda${number}`,
    type,
    label: '',
    uuid,
    options: {},
    subvolumes: [],
    keep: false,
  });
  const mount = (number: number, dir: string, type: string): State['mounts'][number] => ({
    spec: `/dev/sda${number}`,
    device: `/dev/sda${number}`,
    node: `/dev/vda${number}`,
    dir,
    type,
    options: 'defaults',
    freq: 0,
    passno: dir === '/' ? 1 : 2,
  });
  const setting = (value: string) => ({ value, from: 'DHCP' as const, detail: '' });
  return {
    ...emptyState,
    firmware: 'bios',
    card: { name: 'eth0', mac: '52:54:00:12:34:56', driver: 'virtio_net' },
    settings: { HOSTNAME: setting('web1'), DOMAINNAME: setting('example.org'), IMAGESERVER: setting('10.0.0.1') },
    image: { name: 'web_v1', bytes: 1000, inodes: 10 },
    disks: {
      '/dev/sda': {
        node: '/dev/vda',
        devno: '254:0',
        bytes: 2 ** 31,
        sectorBytes: 512,
        optimalIoBytes: 0,
        path: '/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda',
        serial: '',
        wwn: '',
        label: 'gpt',
        labelId: '',
      },
    },
    parts: {
      '/dev/sda1': part(1, '21686148-6449-6E6F-744E-656564454649'),
      '/dev/sda2': part(2, 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B'),
      '/dev/sda3': part(3, '0FC63DAF-8483-4772-8E79-3D69D8477DE4'),
    },
    filesystems: [filesystem(2, 'vfat', 'AAAA-BBBB'), filesystem(3, 'ext4', '11111111-2222-4333-8444-555555555555')],
    mounts: [mount(3, '/', 'ext4'), mount(2, '/boot/efi', 'vfat')],
    layoutSha256: 'x',
    ...more,
  };
}

/** /proc/self/mountinfo of a machine where the filesystems of {@link installedState} are mounted below /a. */
export const targetMountinfo = [
  '1 0 254:1 / / rw - ext4 /dev/vda1 rw',
  '2 1 254:3 / /a rw - ext4 /dev/vda3 rw',
  '3 2 254:2 / /a/boot/efi rw - vfat /dev/vda2 rw',
  '',
].join('\n');
