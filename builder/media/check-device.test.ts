import { expect, it } from 'vitest';
import { absPath } from '../../common/system/place.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { checkDevice } from './check-device.ts';

it.each(['/dev/null', '/etc/passwd', '/dev/absent'])('writes to no %s', async (device) => {
  const io = recorderIo({}).io;
  await expect(checkDevice(io, absPath(device), { bytes: 1, force: true })).rejects.toThrow('is no block device');
});
