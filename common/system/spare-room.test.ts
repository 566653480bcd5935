import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { spareRoom } from './spare-room.ts';

const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

it('holds its room once, and gives it away for a write on a full disk', async () => {
  const { io, did, files } = recorderIo({});
  const spare = spareRoom(io, '/spare', 1000);
  await spare.hold();
  await spare.hold();
  expect(did).toEqual(['write /spare 600']);
  const write = async () => {
    if (files.has('/spare')) throw full;
    return 'written';
  };
  expect(await spare.use(write)).toBe('written');
  await spare.hold();
  expect(did).toEqual(['write /spare 600', 'remove /spare', 'write /spare 600']);
});
it('keeps its room where a write fails for another reason, and starts also where there is none to hold', async () => {
  const { io, files } = recorderIo({});
  const spare = spareRoom(io, '/spare', 1000);
  await spare.hold();
  await expect(spare.use(() => Promise.reject(new Error('EIO')))).rejects.toThrow('EIO');
  expect(files.has('/spare')).toBe(true);
  await spareRoom({ ...io, write: () => Promise.reject(full) }, '/other', 1000).hold();
});
