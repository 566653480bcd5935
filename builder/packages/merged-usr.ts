import path from 'node:path';
import type { AbsPath } from '../../common/system/place.ts';

/** Folders in which packages may still ship files that belong below /usr on a merged-/usr system. */
const merged = /^\/(bin|sbin|lib|lib32|lib64|libx32)(?=\/|$)/;

/** A package's path as it is in BOEL: /bin, /sbin and /lib* lie below /usr. */
export function mergeUsr(at: string): AbsPath {
  const whole = path.posix.join('/', at) as AbsPath;
  return merged.test(whole) ? `/usr${whole}` : whole;
}

/** The target of a package's link in BOEL. A relative one that would lead elsewhere after the move becomes absolute. */
export function mergeLink(at: string, target: string): string {
  if (target.startsWith('/')) return mergeUsr(target);
  const before = path.posix.join('/', path.posix.dirname(path.posix.join('/', at)), target);
  const moved = path.posix.join(path.posix.dirname(mergeUsr(at)), target);
  return mergeUsr(before) === moved ? target : mergeUsr(before);
}
