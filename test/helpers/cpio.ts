/** A newc archive of these names, each with some content: kernel documentation, driver-api/early-userspace/buffer-format. */
export function cpio(names: string[], texts: Record<string, string> = {}): Buffer {
  const pad = (data: Buffer) => Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
  const entry = (name: string, content: string) => {
    const sizes = Array.from({ length: 13 }, (_, at) =>
      at === 6 ? content.length : at === 11 ? Buffer.byteLength(name) + 1 : 0,
    );
    const header = `070701${sizes.map((size) => size.toString(16).padStart(8, '0')).join('')}`;
    return Buffer.concat([pad(Buffer.from(`${header}${name}\0`)), pad(Buffer.from(content))]);
  };
  const all = Buffer.concat([
    ...names.map((name) => entry(name, `content of ${name}`)),
    ...Object.entries(texts).map(([name, text]) => entry(name, text)),
    entry('TRAILER!!!', ''),
  ]);
  return Buffer.concat([all, Buffer.alloc((512 - (all.length % 512)) % 512)]);
}
