import type { Check } from '../check.ts';
import { bootFiles } from './boot-files.ts';
import { clock } from './clock.ts';
import { danglingLinks } from './dangling-links.ts';
import { freeSpace } from './free-space.ts';
import { layouts } from './layouts.ts';
import { machines } from './machines.ts';
import { oldTrees } from './old-trees.ts';
import { otherDhcp } from './other-dhcp.ts';
import { permissions } from './permissions.ts';
import { ports } from './ports.ts';
import { programs } from './programs.ts';
import { scriptImages } from './script-images.ts';
import { serving } from './serving.ts';
import { settings } from './settings.ts';
import { siteScripts } from './site-scripts.ts';
import { temporaryFiles } from './temporary-files.ts';
import { unusedImages } from './unused-images.ts';

/** Every check, in the order of the report: what keeps everything from working comes first. */
export const checks: readonly Check[] = [
  settings,
  programs,
  ports,
  otherDhcp,
  serving,
  clock,
  freeSpace,
  permissions,
  bootFiles,
  danglingLinks,
  layouts,
  scriptImages,
  unusedImages,
  siteScripts,
  machines,
  oldTrees,
  temporaryFiles,
];
