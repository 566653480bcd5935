/** Sizes of the newc format: kernel documentation, driver-api/early-userspace/buffer-format. */
const headerBytes = 110;
const [fileSizeAt, nameSizeAt] = [54, 94];
const trailer = 'TRAILER!!!';

/** Without bit operators: a size may have 32 bits, and JavaScript's operators take the highest bit for a sign. */
const align4 = (bytes: number) => Math.ceil(bytes / 4) * 4;

/** PATH_MAX: the kernel skips files with longer names (init/initramfs.c). And far more files than any system has. */
const [longestName, mostNames] = [4096, 1_000_000];

/** A configuration file is smaller; nothing larger is kept. */
const mostKeptBytes = 64 * 1024;

/** Reads the names in newc archives that come in pieces; content is skipped, except for small files that `keeps` accepts. */
export class CpioNames {
  readonly names: string[] = [];
  /** The content of the kept files, by name. */
  readonly texts: Record<string, string> = {};
  /** True after an archive's end mark, until the next begins. */
  ended = false;
  /** True in the middle of an entry. */
  get isTorn(): boolean {
    return this.#skipBytes > 0 || this.#pending.length > 0;
  }
  #pending = Buffer.alloc(0);
  #skipBytes = 0;
  readonly #keeps: (name: string) => boolean;

  constructor(keeps: (name: string) => boolean = () => false) {
    this.#keeps = keeps;
  }

  /** Takes the next piece; returns how many bytes at its end belong to no archive (0 within one). Throws for other data. */
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
      const [nameBytes, bytes] = [hex(data, nameSizeAt), hex(data, fileSizeAt)];
      if (nameBytes === 0 || nameBytes > longestName) throw new Error(`a name of ${nameBytes} bytes`);
      const nameEnd = headerBytes + nameBytes;
      if (data.length < nameEnd) return this.#keep(data);
      if (data[nameEnd - 1] !== 0) throw new Error('a name without its end');
      const name = data.toString('utf8', headerBytes, nameEnd - 1);
      const start = align4(nameEnd);
      if (bytes <= mostKeptBytes && this.#keeps(name)) {
        if (data.length < start + bytes) return this.#keep(data);
        this.texts[name] = data.toString('utf8', start, start + bytes);
      }
      this.#skipBytes = start + align4(bytes);
      if (name === trailer) {
        this.ended = true;
        this.#skipBytes = nameEnd;
      } else if (this.names.push(name) > mostNames) throw new Error(`more than ${mostNames} files`);
    }
  }

  #keep(data: Buffer): number {
    this.#pending = Buffer.from(data);
    return 0;
  }
}

/** A number of a header: eight hexadecimal digits. */
function hex(data: Buffer, at: number): number {
  const digits = data.toString('latin1', at, at + 8);
  if (!/^[0-9a-f]{8}$/i.test(digits)) throw new Error(`a size that is no number: ${JSON.stringify(digits)}`);
  return Number.parseInt(digits, 16);
}
