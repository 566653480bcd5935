/** A line of mounted_filesystems, as mount(8) prints: DEVICE on DIRECTORY type TYPE (OPTIONS). */
export type Mounted = { device: string; dir: string; type: string; options: string };

/** Reads mounted_filesystems; what is no such line is left out. A directory may hold blanks, and ` type ` too. */
export function parseMountedFilesystems(text: string): Mounted[] {
  return text.split('\n').flatMap((line) => {
    const [, device, dir, type, options = ''] = /^(.+?) on (\/.*) type (\S+) \(([^()]*)\)/.exec(line.trim()) ?? [];
    return device && dir && type ? [{ device, dir, type, options }] : [];
  });
}

/** Writes it as mount(8) does. */
export function printMountedFilesystems(mounted: readonly Mounted[]): string {
  return mounted.map(({ device, dir, type, options }) => `${device} on ${dir} type ${type} (${options})\n`).join('');
}
