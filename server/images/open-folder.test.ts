import { expect, it } from 'vitest';
import { recorderIo, type RecordedFile } from '../../test/helpers/recorder-io.ts';
import { openToOthers } from './open-folder.ts';

const dir = (mode: number, uid = 0): RecordedFile => ({ kind: 'dir', mode, uid });
const judge = async (files: Record<string, RecordedFile>) =>
  (await openToOthers(recorderIo({ files }).io, '/srv/images', 0))?.why;

const closed = 'nobody else reaches it';

it.each<[string, Record<string, RecordedFile>, string]>([
  ['is root’s alone', { '/srv': dir(0o755), '/srv/images': dir(0o700) }, closed],
  ['is not there yet', { '/srv': dir(0o755) }, closed],
  ['others can enter', { '/srv': dir(0o755), '/srv/images': dir(0o711) }, '/srv/images has mode 0711'],
  ['a group can read', { '/srv': dir(0o755), '/srv/images': dir(0o750) }, 'other users of this machine can read'],
  ['is another user’s', { '/srv': dir(0o755), '/srv/images': dir(0o700, 1000) }, 'belongs to the user 1000'],
  ['lies in another user’s folder', { '/srv': dir(0o755, 1000) }, '/srv has mode 0755 and belongs to the user 1000'],
  ['lies where all may write', { '/srv': dir(0o777), '/srv/images': dir(0o700) }, '/srv has mode 0777'],
  ['lies where all may write what is theirs', { '/srv': dir(0o1777), '/srv/images': dir(0o700) }, closed],
  ['is a link to one that others can enter', { '/srv/images': { link: '/big' }, '/big': dir(0o755) }, 'has mode 0755'],
])('a folder that %s', async (_, files, expected) => {
  expect((await judge(files)) ?? closed).toContain(expected);
});
