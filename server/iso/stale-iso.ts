import { type Architecture, architectures } from '../../common/boot/architectures.ts';
import { parseSums, sumsName } from '../../common/media/sums.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { under } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';
import { isoShelf } from './served-iso.ts';

/**
 * A sentence, if the ISO of an architecture holds another kernel or initrd than boot/ARCH: `build boot` made new ones since. Both are
 * known by their sums; a folder without SHA256SUMS tells nothing. `isoSums`: the SHA256SUMS of the ISO.
 */
export async function staleIso(
  io: Pick<ReadIo, 'readText'>,
  { boot }: Pick<ServerPaths, 'boot'>,
  arch: Architecture,
  isoSums: string,
): Promise<string | undefined> {
  const now = parseSums((await io.readText(under(boot, arch, sumsName))) ?? '');
  const held = parseSums(isoSums);
  const others = ['kernel', 'initrd.img'].filter((name) => {
    const [one, other] = [now.get(name), held.get(`boot/${arch}/${name}`)];
    return one !== undefined && other !== undefined && one !== other;
  });
  if (others.length === 0) return undefined;
  return `${under(boot, arch, 'boel.iso')} holds another ${others.join(' and ')} than ${under(boot, arch)}. Run: systemimager mkautoinstallcd --for-serve --arch ${arch}`;
}

/** A sentence for each ISO of this server that is stale, or that cannot be served. */
export async function isoRemarks(io: ReadIo, paths: Pick<ServerPaths, 'boot'>): Promise<string[]> {
  const open = isoShelf();
  const remarks = await Promise.all(
    architectures.map(async (arch) => {
      if ((await io.lstat(under(paths.boot, arch, 'boel.iso')))?.kind !== 'file') return undefined;
      try {
        const { sumsText } = await open({ root: paths.boot, path: `/${arch}/boel.iso` }, '');
        return await staleIso(io, paths, arch, sumsText);
      } catch (error) {
        if (error instanceof UserError)
          return `${under(paths.boot, arch, 'boel.iso')}: ${error.message}. ${error.hint}`;
        throw error;
      }
    }),
  );
  return remarks.filter((one) => one !== undefined);
}
