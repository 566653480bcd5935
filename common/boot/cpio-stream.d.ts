declare module 'cpio-stream' {
  import type { Readable } from 'node:stream';

  namespace cpio {
    type Header = {
      name: string;
      mode?: number;
      uid?: number;
      gid?: number;
      mtime?: Date;
      dev?: number;
      rdev?: number;
      nlink?: number;
      type?: 'file' | 'directory' | 'symlink';
      linkname?: string;
    };
    interface Pack extends Readable {
      entry(header: Header, content?: Buffer): void;
      finalize(): void;
      /** Not documented: writes one header. */
      _encode: (header: Header) => Buffer;
    }
    interface Extract extends NodeJS.WritableStream {
      on(name: 'entry', listener: (header: Header & { size: number }, body: Readable, next: () => void) => void): this;
      on(name: 'finish' | 'error', listener: (error?: Error) => void): this;
    }
    function pack(options: { format: 'newc' | 'odc' }): Pack;
    function extract(): Extract;
  }
  export default cpio;
}
