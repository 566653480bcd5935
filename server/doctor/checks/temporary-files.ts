import { isLeft } from '../../../common/system/files/temporary.ts';
import { under } from '../../../common/system/place.ts';
import { quoteArgv } from '../../../common/system/quote.ts';
import { type Check, note } from '../check.ts';

/** No killed command left a temporary file. */
export const temporaryFiles: Check = {
  name: 'temporary-files',
  good: 'no command left an unfinished file',
  async run({ io, paths }) {
    const { manifests, scripts, reports, boot, log } = paths;
    const folders = [under(paths.hosts, '..'), under(paths.config, '..'), manifests, scripts, reports, boot, log];
    const found = folders.map(async (folder) => {
      const names = ((await io.list(folder)) ?? []).filter((name) => name.endsWith('.tmp'));
      const files = await Promise.all(
        names.map(async (name) => ({ at: under(folder, name), name, stat: await io.lstat(under(folder, name)) })),
      );
      return files.filter(({ name, stat }) => stat?.kind === 'file' && isLeft(name, stat.mtimeMs, io.now().getTime()));
    });
    return (await Promise.all(found))
      .flat()
      .map(({ at }) => note(`${at} was left by a command that was killed`, `Run: ${quoteArgv(['rm', at])}`));
  },
};
