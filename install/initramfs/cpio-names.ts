/** Sizes of the newc format: kernel documentation, driver-api/early-userspace/buffer-format. */
const headerBytes = 110;
const [fileSizeAt, nameSizeAt] = [54, 94];
const trailer = 'TRAILER!!!';

const align4 = (bytes: number) => (bytes + 3) & ~3;

/** A configuration file is smaller; nothing larger is kept. */
const mostKeptBytes = 64 * 1024;

/** Reads the names in newc archives that come in pieces; content is skipped, but for that of small files which `keeps` names. */
export class CpioNames {
  readonly names: string[] = [];
  /** What the kept files hold, by name. */
  readonly texts: Record<string, string> = {};
  /** True after an archive's end mark, until the next begins. */
  ended = false;
  #pending = Buffer.alloc(0);
  #skipBytes = 0;
  readonly #keeps: (name: string) => boolean;

  constructor(keeps: (name: string) => boolean = () => false) {
    this.#keeps = keeps;
  }

  /** Takes the next piece; returns how many bytes at its end belong to no archive (0 while one is open). */
  add(piece: Buffer): number {
    let data = this.#pending.length > 0 ? Buffer.concat([this.#pending, piece]) : piece;
    this.#pending = Buffer.alloc(0);
    for (;;) {
      const skipped = Math.min(this.#skipBytes, data.length);
      data = data.subarray(skipped);
      this.#skipBytes -= skipped;
      if (this.ended) {
        const next = data.findIndex((byte) => byte !== 0);
        if (next < 0) return 0;
        data = data.subarray(next);
        if (data.length < 6) return this.#keep(data);
        if (data.toString('latin1', 0, 5) !== '07070') return data.length;
        this.ended = false;
      }
      if (data.length < headerBytes) return this.#keep(data);
      if (!/^07070[12]$/.test(data.toString('latin1', 0, 6))) throw new Error('not a newc archive');
      const hex = (at: number) => Number.parseInt(data.toString('latin1', at, at + 8), 16);
      const nameEnd = headerBytes + hex(nameSizeAt);
      if (data.length < nameEnd) return this.#keep(data);
      const name = data.toString('utf8', headerBytes, nameEnd - 1);
      const [start, bytes] = [align4(nameEnd), hex(fileSizeAt)];
      if (bytes <= mostKeptBytes && this.#keeps(name)) {
        if (data.length < start + bytes) return this.#keep(data);
        this.texts[name] = data.toString('utf8', start, start + bytes);
      }
      this.#skipBytes = start + align4(bytes);
      if (name === trailer) {
        this.ended = true;
        this.#skipBytes = nameEnd;
      } else this.names.push(name);
    }
  }

  #keep(data: Buffer): number {
    this.#pending = Buffer.from(data);
    return 0;
  }
}
