import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * All that is no directory below a folder: paths relative to it, sorted. A link is named and not followed, where Node's own
 * recursive readdir goes through a link to a directory, and so out of the folder or round in it.
 */
export async function filesBelow(folder: string): Promise<string[]> {
  const walk = async (at: string): Promise<string[]> => {
    const entries = await fs.readdir(path.join(folder, at), { withFileTypes: true });
    const below = entries.map(async (entry) => {
      const name = path.join(at, entry.name);
      return entry.isDirectory() ? walk(name) : [name];
    });
    return (await Promise.all(below)).flat();
  };
  return (await walk('')).sort();
}
