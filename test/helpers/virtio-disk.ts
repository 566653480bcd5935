import type { RecordedFile } from './recorder-io.ts';

/** The device in /sys that a virtio disk hangs on. */
const virtioPci = '/sys/devices/pci0000:00/0000:00:04.0';

/** What /sys says of it and of the disk's own device. */
export const virtioDisk: Record<string, RecordedFile> = {
  [`${virtioPci}/modalias`]: 'pci:v00001AF4d00001001bc01\n',
  [`${virtioPci}/driver`]: { link: '../../../bus/pci/drivers/virtio-pci' },
  [`${virtioPci}/virtio1/modalias`]: 'virtio:d00000002v00001AF4\n',
  [`${virtioPci}/virtio1/driver`]: { link: '../../../../bus/virtio/drivers/virtio_blk' },
};
