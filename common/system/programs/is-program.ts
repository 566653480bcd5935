import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** True if execvp(3) would find this program: below one of the places of PATH, or at its own path. */
export function isProgram(file: string, { PATH, cwd }: { PATH: string; cwd: string }): boolean {
  const places = file.includes('/') ? [''] : PATH.split(':');
  return places.some((place) => {
    try {
      accessSync(path.resolve(cwd, place, file), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
