import type { ImageFacts } from '../../common/model/image-facts.ts';
import { ImageName } from '../../common/model/names.ts';
import type { State } from '../../common/model/state.ts';
import { ServerAway, UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { fetchImageFacts } from '../../install/layout/image-facts.ts';
import type { FetchRequest } from '../../install/transports/transport.ts';
import { transports } from '../../install/transports/index.ts';
import { checkMounted, targetMounts } from './mounted.ts';
import { httpBase, type ServerAddress, serverOf } from './server.ts';
import { targetRoot, type Verb } from './verb.ts';
import { settingOf } from '../../common/model/settings.ts';

type Facts = { name: ImageName; known: ImageFacts | undefined; request: FetchRequest };

/**
 * What the server knows of the image: only the percentage and split hard links depend on it, so a server without HTTP will do.
 * One that has told `layout` will tell it again.
 */
async function askServer(io: ReadIo, server: ServerAddress, name: string, dirs: string[], state: State) {
  try {
    return await fetchImageFacts(io, httpBase(server), name, dirs);
  } catch (error) {
    const hasTold = state.image?.name === name && state.image.bytes > 0;
    if (!(error instanceof UserError) || (error instanceof ServerAway && hasTold)) throw error;
    return undefined;
  }
}

function nameOf(typed: string | undefined, state: State): ImageName {
  const name = typed ?? state.image?.name ?? settingOf(state.settings, 'IMAGENAME');
  if (name === undefined) throw new UserError('which image?', 'Write `boel image NAME`.');
  const read = ImageName.safeParse(name);
  if (!read.success) throw new UserError(`${JSON.stringify(name)} is no image name`, 'Write `boel image NAME`.');
  return read.data;
}

/** boel image [NAME]: brings the image onto the mounted target. */
export const image: Verb<Facts> = {
  name: 'image',
  summary: 'pull the image onto the mounted filesystems',
  declare: (command) => command.argument('[name]', 'the image; the one of the layout where it is not given'),
  needs: transports[0].needs,

  async probe({ io, state, args }) {
    const name = nameOf(args[0], state);
    const server = serverOf(state);
    await checkMounted(io, state);
    const mounts = targetMounts(state);
    const dirs = mounts.map((mount) => mount.dir);
    const known = await askServer(io, server, name, dirs, state);
    const bytesOf = new Map(known?.mounts.map((mount) => [mount.dir, mount.bytes]));
    return {
      name,
      known,
      request: {
        server: server.host,
        port: server.rsyncPort,
        image: name,
        target: targetRoot,
        ...(known ? { totalBytes: known.bytes } : {}),
        mounts: mounts.map((mount) => {
          const bytes = bytesOf.get(mount.dir);
          return { ...mount, ...(bytes === undefined ? {} : { bytes }) };
        }),
        splitLinks: known?.splitLinks ?? [],
      },
    };
  },

  plan({ name, known, request }, state) {
    const size = known
      ? `${(known.bytes / 1e6).toFixed(1)} MB in ${known.inodes} files`
      : 'of unknown size (the server gave no facts)';
    const keptDirs = request.mounts.filter((mount) => mount.keep).map((mount) => mount.dir);
    const kept = keptDirs.length > 0 ? ` Kept as they are: ${keptDirs.join(', ')}.` : '';
    return {
      say: `Image ${name}, ${size}, from ${request.server}.${kept}${known?.remark ? `\n${known.remark}` : ''}`,
      steps: transports[0].fetchImage(request),
      state: { ...state, image: { name, bytes: known?.bytes ?? 0, inodes: known?.inodes ?? 0 } },
    };
  },

  // Between two calls of rsync a new tree may take the image's place; one call alone brings one of the two whole.
  async again({ name, known, request }, { io, state }) {
    if (known?.tree === undefined || transports[0].fetchImage(request).length === 1) return undefined;
    try {
      const { tree } = await fetchImageFacts(io, httpBase(serverOf(state)), name, ['/']);
      return tree === undefined || tree === known.tree ? undefined : `another ${name} took its place on the server`;
    } catch (error) {
      // The files are here: whether the image is there still is nobody's concern.
      if (error instanceof UserError) return undefined;
      throw error;
    }
  },
};
