import { expect, it } from 'vitest';
import { parseLayout } from '../../common/model/layout/parse.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { checkFilesystems } from './check-filesystems.ts';
import { probeUnmountable } from './probe-layout.ts';

const layout = parseLayout(
  '[disk /dev/sda]\nlabel: gpt\n1 : size=1GiB\n2 : size=1GiB\n3 : size=1GiB\n[filesystems]\n/dev/sda1 ext4\n/dev/sda2 reiserfs\n/dev/sda3 swap\n',
);

it('finds the filesystems that this kernel cannot mount, and the layout is refused in words', async () => {
  const { io, did } = recorderIo({ files: { '/proc/filesystems': 'nodev\tproc\n\text3\n\text4\n' } });
  expect(await probeUnmountable(io, layout)).toEqual(['reiserfs']);
  expect(did.join()).toContain('modprobe -a -b -q -- fs-reiserfs');
  expect(() => checkFilesystems(layout, ['reiserfs'])).toThrow(
    'line 8: the kernel of this BOEL has no reiserfs: BOEL was built with --without reiserfs',
  );
});
it('asks for no driver where all are known', async () => {
  const { io, did } = recorderIo({ files: { '/proc/filesystems': '\text4\n\treiserfs\n' } });
  expect(await probeUnmountable(io, layout)).toEqual([]);
  expect(did).toEqual([]);
});
