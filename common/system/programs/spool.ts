import { closeSync, fstatSync, ftruncateSync, openSync, readSync, unlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { TextReader } from '../text.ts';

/** How often the output is read. */
const readMs = 200;
/** A file that has grown to this length, in bytes, is emptied. */
const longBytes = 1024 * 1024;

/**
 * A file without name as a program's standard output. A program that prints a line for each file it copies is slowed by a pipe:
 * each line would wake us. The output is handed over a few times a second.
 */
export class Spool {
  /** The descriptor to give to the program. It appends, so that the file can be emptied under it. */
  readonly fd: number;
  private readonly onText: (text: string) => void;
  private readonly timer: NodeJS.Timeout;
  private readonly reader = new TextReader();
  private readBytes = 0;

  constructor(onText: (text: string) => void) {
    this.onText = onText;
    const at = path.join(os.tmpdir(), `systemimager-${process.pid}-${crypto.randomUUID()}.out`);
    this.fd = openSync(at, 'ax+', 0o600);
    unlinkSync(at);
    this.timer = setInterval(() => this.read(), readMs);
  }

  private read(): void {
    const { size } = fstatSync(this.fd);
    if (size > this.readBytes) {
      const buffer = Buffer.alloc(size - this.readBytes);
      this.readBytes += readSync(this.fd, buffer, 0, buffer.length, this.readBytes);
      this.onText(this.reader.add(buffer));
    }
    // Output between the read and this truncation is lost: one of many lines of progress.
    if (size > longBytes) {
      ftruncateSync(this.fd, 0);
      this.readBytes = 0;
    }
  }

  /** Hands over the rest. */
  end(): void {
    clearInterval(this.timer);
    this.read();
    closeSync(this.fd);
  }
}
