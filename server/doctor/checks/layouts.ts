import { type Check, wrong } from '../check.ts';
import { readScripts } from '../../scripts/scripts-folder.ts';

/** The layout of each script can be read as the installer reads it. */
export const layouts: Check = {
  name: 'layouts',
  good: 'the layouts in scripts/ read',
  async run({ io, paths }) {
    const scripts = await readScripts(io, paths);
    return scripts.flatMap(({ at, problem }) => (problem ? [wrong(`${at}: ${problem.message}`, problem.hint)] : []));
  },
};
