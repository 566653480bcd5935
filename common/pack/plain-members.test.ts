import { buffer } from 'node:stream/consumers';
import tar from 'tar-stream';
import { expect, it } from 'vitest';
import { plainMembers } from './plain-members.ts';
import { readHeaders } from './tar-headers.ts';

it('leaves of a tar what FAT can hold, and ends the tar', async () => {
  const pack = tar.pack();
  const long = `${'long/'.repeat(30)}name`;
  pack.entry({ name: 'efi/', type: 'directory' });
  pack.entry({ name: 'efi/a' }, 'content');
  pack.entry({ name: 'efi/b', type: 'link', linkname: 'efi/a' });
  pack.entry({ name: 'efi/c', type: 'symlink', linkname: 'a' });
  pack.entry({ name: long }, 'x'.repeat(1000));
  pack.entry({ name: 'efi/pipe', type: 'fifo' });
  pack.finalize();
  const whole = await buffer(pack);
  const chunks = async function* () {
    // Without the two blocks that end a tar, in chunks that fit nothing.
    for (let at = 0; at < whole.length - 1024; at += 300)
      yield whole.subarray(at, Math.min(at + 300, whole.length - 1024));
  };
  const names: string[] = [];
  for await (const { type, name } of readHeaders(plainMembers(chunks(), 'x'), 'x')) names.push(`${type} ${name}`);
  expect(names).toEqual(['5 efi/', '0 efi/a', `0 ${long}`]);
});
