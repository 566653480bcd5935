/** A unified kernel image with these sections: Microsoft PE format, no more of it than names and places. */
export function unifiedImage(sections: Record<string, string | Buffer>): Buffer {
  const contents = Object.entries(sections).map(([name, data]) => ({ name, data: Buffer.from(data) }));
  const start = 0x40;
  const header = Buffer.alloc(start + 24 + contents.length * 40);
  header.writeUInt32LE(start, 0x3c);
  header.write('PE\0\0', start, 'latin1');
  header.writeUInt16LE(contents.length, start + 6);
  let at = header.length;
  for (const [number, { name, data }] of contents.entries()) {
    const entry = start + 24 + number * 40;
    header.write(name, entry, 'latin1');
    header.writeUInt32LE(data.length, entry + 8);
    header.writeUInt32LE(data.length, entry + 16);
    header.writeUInt32LE(at, entry + 20);
    at += data.length;
  }
  return Buffer.concat([header, ...contents.map(({ data }) => data)]);
}
