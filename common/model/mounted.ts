/** A line of mounted_filesystems, as mount(8) prints: DEVICE on DIRECTORY type TYPE (OPTIONS). */
export type Mounted = { device: string; dir: string; type: string; options: string };

/** Reads mounted_filesystems; other lines are left out. A directory may hold blanks, and ` type ` too. */
export function parseMountedFilesystems(text: string): Mounted[] {
  return text.split('\n').flatMap((line) => {
    const entry = line.trim();
    const on = entry.indexOf(' on /', 1);
    const last = [...entry.matchAll(/ type (\S+) \(([^()]*)\)/g)].at(-1);
    if (on < 0 || last === undefined || last.index < on) return [];
    const [, type = '', options = ''] = last;
    return [{ device: entry.slice(0, on), dir: entry.slice(on + ' on '.length, last.index), type, options }];
  });
}

/** Writes mounted_filesystems in the form of mount(8). */
export function printMountedFilesystems(mounted: readonly Mounted[]): string {
  return mounted.map(({ device, dir, type, options }) => `${device} on ${dir} type ${type} (${options})\n`).join('');
}
