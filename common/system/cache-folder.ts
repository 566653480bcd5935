import os from 'node:os';
import { absPath, type AbsPath } from './place.ts';

/** The folder for downloads and for what is made or found out once: $SYSTEMIMAGER_CACHE, else ~/.cache/systemimager. */
export function cacheFolder(env: NodeJS.ProcessEnv): AbsPath {
  return absPath(env.SYSTEMIMAGER_CACHE || `${env.HOME || os.homedir()}/.cache/systemimager`);
}
