import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 50;

/** Colours, cursor moves and other terminal sequences (ECMA-48), which firmware and grub write. */
const sequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][0-9A-Za-z]|[=>78cDEHM])/g;

/** The text of a console without its terminal sequences. */
export function plainText(raw: string): string {
  return raw.replace(sequences, '').replaceAll('\r', '').replaceAll('\0', '');
}

/** A line of the console and when it came, in ms since the machine started. */
export type TimedLine = { atMs: number; text: string };

/** What to look for: a part of the text, or a pattern. */
export type Wanted = string | RegExp;

/** Reads a console's log while it grows. */
export class ConsoleReader {
  /** All text so far, without terminal sequences. */
  text = '';
  readonly lines: TimedLine[] = [];
  /** Where the next expectation starts to look. */
  position = 0;
  private readonly file: string;
  private readBytes: number;
  private readonly startedAt = performance.now();
  private rest = '';
  /** Keeps a character that is cut in two until its end comes. */
  private readonly decoder = new TextDecoder();

  /** @param skipBytes what the file already held from an earlier start of the machine */
  constructor(file: string, skipBytes: number) {
    this.file = file;
    this.readBytes = skipBytes;
  }

  /** Takes in what was written since the last time. */
  async read(): Promise<void> {
    const handle = await open(this.file, 'r').catch(() => undefined);
    if (!handle) return;
    try {
      const buffer = Buffer.alloc(1024 * 1024);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.readBytes);
        if (bytesRead === 0) return;
        this.readBytes += bytesRead;
        this.take(this.decoder.decode(buffer.subarray(0, bytesRead), { stream: true }));
      }
    } finally {
      await handle.close();
    }
  }

  private take(raw: string): void {
    const whole = this.rest + raw;
    // A sequence that is cut in two waits for its end.
    const cut = whole.length - (/\x1b[^A-Za-z]{0,20}$/.exec(whole)?.[0].length ?? 0);
    this.rest = whole.slice(cut);
    const before = this.text.lastIndexOf('\n') + 1;
    this.text += plainText(whole.slice(0, cut));
    const atMs = performance.now() - this.startedAt;
    for (const text of this.text.slice(before).split('\n').slice(0, -1)) this.lines.push({ atMs, text });
  }

  /** The match after the current position, which moves behind it. */
  find(wanted: Wanted): RegExpExecArray | undefined {
    const pattern = typeof wanted === 'string' ? new RegExp(RegExp.escape(wanted)) : wanted;
    const match = pattern.exec(this.text.slice(this.position));
    if (!match) return undefined;
    this.position += match.index + match[0].length;
    return match;
  }

  /** Waits until `wanted` is there; `gone` tells whether nothing more can come. False where it does not come. */
  async waitFor(wanted: Wanted, limitMs: number, gone: () => boolean): Promise<RegExpExecArray | undefined> {
    const until = performance.now() + limitMs;
    for (;;) {
      const last = gone() || performance.now() > until;
      await this.read();
      const match = this.find(wanted);
      if (match || last) return match;
      await delay(pollMs);
    }
  }

  /** The last lines, for an error. */
  tail(count: number): string {
    return this.text.trimEnd().split('\n').slice(-count).join('\n');
  }
}
