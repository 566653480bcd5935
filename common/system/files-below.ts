import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * All files below a folder, but no directories: relative paths, sorted. A link is named and not followed: Node's own
 * recursive readdir follows a link to a directory, and so may leave the folder or run in a circle.
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
