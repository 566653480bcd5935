/**
 * A FAT12 of 64 KiB with clusters of 512 bytes: HELLO.TXT, whose clusters do not follow each other, local.cfg with a long name, and the
 * folder boot with the file kernel. Its layout is that of Microsoft's FAT specification.
 */
export function tinyFat(edit: (image: Buffer) => void = () => {}): Buffer {
  const image = Buffer.alloc(128 * 512);
  image.set([0xeb, 0x3c, 0x90]);
  image.writeUInt16LE(512, 11);
  image.set([1], 13);
  image.writeUInt16LE(1, 14);
  image.set([1], 16);
  image.writeUInt16LE(16, 17);
  image.writeUInt16LE(128, 19);
  image.writeUInt16LE(1, 22);
  image.writeUInt16LE(0xaa55, 510);
  // Clusters: 2 goes on at 4; 3, 5 and 6 are alone.
  const next = [0xff8, 0xfff, 4, 0xfff, 0xfff, 0xfff, 0xfff];
  for (const [cluster, value] of next.entries()) {
    const at = 512 + cluster + (cluster >> 1);
    const two = image.readUInt16LE(at);
    image.writeUInt16LE(cluster % 2 === 0 ? (two & 0xf000) | value : (two & 0x000f) | (value << 4), at);
  }
  const root = 1024;
  const cluster = (number: number) => root + 512 + (number - 2) * 512;
  const entry = (at: number, name: string, attributes: number, first: number, bytes: number) => {
    image.write(name, at, 'latin1');
    image.set([attributes], at + 11);
    image.writeUInt16LE(first, at + 26);
    image.writeUInt32LE(bytes, at + 28);
  };
  entry(root, 'BOEL-TEST  ', 8, 0, 0);
  entry(root + 32, 'HELLO   TXT', 0x20, 2, 600);
  const long = Buffer.from('local.cfg\0', 'utf16le');
  image.set([0x41], root + 64);
  image.fill(0xff, root + 65, root + 96);
  long.copy(image, root + 65, 0, 10);
  long.copy(image, root + 78, 10);
  image.set([0x0f, 0], root + 75);
  entry(root + 96, 'LOCAL   CFG', 0x20, 3, 11);
  entry(root + 128, 'BOOT       ', 0x10, 5, 0);
  image.set([0x08], root + 128 + 12);
  entry(cluster(5), '.          ', 0x10, 5, 0);
  entry(cluster(5) + 32, '..         ', 0x10, 0, 0);
  entry(cluster(5) + 64, 'KERNEL     ', 0x20, 6, 5);
  image.set([0x08], cluster(5) + 64 + 12);
  image.fill('a', cluster(2), cluster(2) + 512);
  image.fill('b', cluster(4), cluster(4) + 88);
  image.write('HOSTNAME=a\n', cluster(3));
  image.write('linux', cluster(6));
  edit(image);
  return image;
}
