import type { ImageFacts, RootNeeds } from '../../common/model/image-facts.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import type { Step } from '../../common/system/step.ts';
import type { Fetched, FileRequest } from '../transports/rsync-file.ts';
import type { ListedFile } from '../transports/rsync-list.ts';
import type { TreeRequest } from './tree-parts.ts';

/** The only way by which scripts, tables, overrides, images and facts on images come to a machine: from a server, or from a medium. */
export type ImageSource = {
  /** What the source is, for people: `image server 10.0.0.2`. */
  name: string;
  /** The names of all images of a medium; undefined for a server. */
  images?: string[];
  /** Tries once to get a file. */
  file(io: Io, request: FileRequest, signal?: AbortSignal): Promise<Fetched>;
  /** The files of a folder; undefined if there is no such folder. ServerAway if the server may answer later. */
  list(io: ReadIo, folder: string): Promise<ListedFile[] | undefined>;
  /** Facts on an image below these mount points, and needs that its kernel does not meet. ServerAway: try again later. */
  facts(io: ReadIo, image: string, dirs: readonly string[], needs?: RootNeeds): Promise<ImageFacts>;
  /** Steps that bring a tree. */
  tree(request: TreeRequest): Step[];
};
