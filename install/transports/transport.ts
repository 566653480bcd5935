import type { Needs } from '../../common/model/needs.ts';
import type { ServerAddress } from '../../common/model/server-address.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** The properties of files that a transport keeps, besides the content and the second of the last change. */
export type Kept = 'owners' | 'links' | 'hard links' | 'ACLs' | 'extended attributes' | 'holes';

/** How files arrive: with all metadata, as FAT can hold them, or as programs of this machine's root. */
export type Manner = 'whole' | 'bare' | 'programs';

/** What one call of a transport brings. Directories and names are paths below the tree's root. */
export type TreePart = {
  why: string;
  /** The tree on the server: the name of an image, or a folder as overrides/host/web1. */
  from: string;
  /** Where the tree goes. */
  root: AbsPath;
  manner: Manner;
  /** This directory alone, with all below it. */
  below?: string;
  /** These names alone; directories that are not among them keep the owner and mode that they have here. */
  only?: readonly string[];
  /** Groups of hard links: the first name came by an earlier call, and the others are among `only`. */
  copies?: readonly (readonly string[])[];
  /** The tree has nothing at `below`, not even a directory. */
  isMissing?: boolean;
  /** New content of files waits beside them until all has arrived, and takes their places in one go. */
  staged?: boolean;
  withoutDirs: readonly string[];
  withoutNames: readonly string[];
  /** Remove files that the tree lacks, but never these mount points. */
  exact?: { protect: readonly string[] };
  /** Content in bytes, for the percentage; undefined if unknown. */
  totalBytes?: number | undefined;
};

/**
 * A way to bring trees to a machine. One file each in this folder. `copiesOnFat`: a call for a filesystem without hard links brings the
 * first name of a file alone, and the others are copied by calls of their own.
 */
export type Transport = { name: string; needs: Needs; keeps: readonly Kept[]; copiesOnFat?: boolean };

/** A way to bring trees from an image server. */
export type ServerTransport = Transport & { tree(server: ServerAddress, part: TreePart): Step };
