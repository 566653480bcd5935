import { createHash, hash } from 'node:crypto';
import fs from 'node:fs';

/** For one read; most files of a system are smaller. */
const buffer = Buffer.allocUnsafeSlow(256 * 1024);

/** Never follows a link, and never waits for the other end of a pipe, if a link or a pipe is there by now. */
const flags = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/** SHA-256 of a file in hexadecimal; `!` and the error's name if the file cannot be read. */
export function hashFile(at: Buffer): string {
  try {
    const file = fs.openSync(at, flags);
    try {
      return hashOpen(file);
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    return `!${(error as NodeJS.ErrnoException).code ?? 'EIO'}`;
  }
}

function hashOpen(file: number): string {
  let length = fs.readSync(file, buffer);
  if (length < buffer.length) {
    const more = length === 0 ? 0 : fs.readSync(file, buffer, length, buffer.length - length, null);
    if (more === 0) return hash('sha256', buffer.subarray(0, length), 'hex');
    length += more;
  }
  const sum = createHash('sha256');
  for (; length > 0; length = fs.readSync(file, buffer)) sum.update(buffer.subarray(0, length));
  return sum.digest('hex');
}
