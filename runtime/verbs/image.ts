import { mergeNeeds } from '../../common/model/needs.ts';
import type { ImageFacts } from '../../common/model/image-facts.ts';
import { ImageName } from '../../common/model/names.ts';
import { settingOf } from '../../common/model/settings.ts';
import type { State } from '../../common/model/state.ts';
import { ServerAway, UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type ImageSource, openSource } from '../../install/source/image-source.ts';
import type { FetchMount } from '../../install/target/mounted.ts';
import { checkMounted, targetMounts } from '../../install/target/mounted.ts';
import { transports } from '../../install/transports/index.ts';
import { targetRoot, type Verb } from './verb.ts';

type Facts = { name: ImageName; source: ImageSource; known: ImageFacts | undefined };

/**
 * The server's facts on the image: only the percentage and split hard links depend on these facts, so a server without HTTP is
 * enough. A server that gave facts to `layout` will give them again. A medium without facts is damaged.
 */
async function askServer(io: ReadIo, source: ImageSource, name: string, state: State) {
  try {
    return await source.facts(
      io,
      name,
      targetMounts(state).map((mount) => mount.dir),
    );
  } catch (error) {
    const hasTold = state.image?.name === name && state.image.bytes > 0;
    if (!(error instanceof UserError) || (error instanceof ServerAway && hasTold) || source.images) throw error;
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

/** The mounts of the target with what the image holds for each. */
function mountsWith(known: ImageFacts | undefined, state: State): FetchMount[] {
  return targetMounts(state).map((mount) => ({ ...mount, ...known?.mounts.find((one) => one.dir === mount.dir) }));
}

function bring({ name, source, known }: Facts, mounts: readonly FetchMount[]) {
  const { bytes: totalBytes, splitLinks = [] } = known ?? {};
  return source.tree({ image: name, root: targetRoot, mounts, splitLinks, totalBytes, exact: true });
}

/** boel image [NAME]: brings the image onto the mounted target. */
export const image: Verb<Facts> = {
  name: 'image',
  summary: 'copy the image from the image server, or from the medium, to the mounted filesystems',
  declare: (command) =>
    command.argument('[name]', 'name of the image (default: the image of the layout, else IMAGENAME)'),
  needs: mergeNeeds(transports.map((one) => one.needs)),

  async probe({ io, state, args }) {
    const name = nameOf(args[0], state);
    const source = await openSource(io, state.settings);
    await checkMounted(io, state, targetRoot);
    return { name, source, known: await askServer(io, source, name, state) };
  },

  plan(facts, state) {
    const { name, source, known } = facts;
    const mounts = mountsWith(known, state);
    const size = known
      ? `${(known.bytes / 1e6).toFixed(1)} MB in ${known.inodes} files`
      : 'of unknown size (the image server gave no facts)';
    const keptDirs = mounts.filter((mount) => mount.keep).map((mount) => mount.dir);
    const kept = keptDirs.length > 0 ? ` Kept filesystems: ${keptDirs.join(', ')}.` : '';
    return {
      say: `Image ${name}, ${size}, from ${source.name}.${kept}${known?.remark ? `\n${known.remark}` : ''}`,
      steps: bring(facts, mounts),
      state: { ...state, image: { name, bytes: known?.bytes ?? 0, inodes: known?.inodes ?? 0 } },
    };
  },

  // Between two calls of a transport a new tree may take the image's place; a single call brings one of the two trees whole.
  async again(facts, { io, state }) {
    const { name, source, known } = facts;
    if (known?.tree === undefined || bring(facts, mountsWith(known, state)).length === 1) return undefined;
    try {
      const { tree } = await source.facts(io, name, ['/']);
      return tree === undefined || tree === known.tree
        ? undefined
        : `another image took the place of ${name} on the image server`;
    } catch (error) {
      // The files are here, so the image need not be on the server any more.
      if (error instanceof UserError) return undefined;
      throw error;
    }
  },
};
