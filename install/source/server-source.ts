import { serverAddress } from '../../common/model/server-address.ts';
import type { Settings } from '../../common/model/settings.ts';
import { transportOf } from '../transports/index.ts';
import { rsyncFile } from '../transports/rsync-file.ts';
import { rsyncList } from '../transports/rsync-list.ts';
import { rsync } from '../transports/rsync.ts';
import { fetchImageFacts } from './image-facts.ts';
import type { ImageSource } from './source.ts';
import { treeParts } from './tree-parts.ts';

/** The image server that the settings name. Its rsync daemon brings other folders, whichever transport brings images. */
export function serverSource(settings: Settings): ImageSource {
  const server = serverAddress(settings);
  const transport = transportOf(settings);
  return {
    name: `image server ${server.host}`,
    file: (io, request, signal) => rsyncFile(io, server, request, signal),
    list: (io, folder) => rsyncList(io, server, folder),
    facts: (io, image, dirs, needs) => fetchImageFacts(io, server, image, dirs, needs),
    tree(request) {
      const by = 'image' in request ? transport : rsync;
      return treeParts(request, by).map((part) => by.tree(server, part));
    },
  };
}
