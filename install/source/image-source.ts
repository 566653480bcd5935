import { mediumFolder } from '../../common/model/medium.ts';
import { type Settings, settingOf } from '../../common/model/settings.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { isFromMedium } from '../transports/index.ts';
import { openMedium } from './medium-source.ts';
import { serverSource } from './server-source.ts';
import type { ImageSource } from './source.ts';

export type { ImageSource } from './source.ts';

/** The source that the settings name: the medium of MEDIUM, or the image server. UserError if they name none. */
export const openSource = async (io: ReadIo, settings: Settings): Promise<ImageSource> =>
  isFromMedium(settings) ? await openMedium(io, mediumFolder) : serverSource(settings);

/** The source that the settings name; undefined if they name none. */
export const findSource = async (io: ReadIo, settings: Settings): Promise<ImageSource | undefined> =>
  isFromMedium(settings) || settingOf(settings, 'IMAGESERVER') !== undefined
    ? await openSource(io, settings)
    : undefined;
