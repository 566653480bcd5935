import { Blocks } from './blocks.ts';
import { readMembers } from './tar-headers.ts';

/** Files and directories; `S` is GNU tar's older form of a sparse file. */
const plain = new Set(['0', '5', '7', 'S']);

/**
 * The members of a tar that FAT can hold: files and directories. Links, devices and pipes are left out, as rsync(1) leaves them out
 * without -l and -D; so are hard links. `tar` begins and ends with whole members, and need not have the end of a tar.
 */
export async function* plainMembers(tar: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  const end = Buffer.alloc(1024);
  const blocks = new Blocks(
    (async function* () {
      yield* tar;
      yield end;
    })(),
  );
  for await (const { entry, head, bodyBytes } of readMembers(blocks, file)) {
    if (plain.has(entry.type)) {
      yield* head;
      yield* blocks.pieces(bodyBytes, (left) => left);
    } else await blocks.skip(bodyBytes);
  }
  yield end;
}
