import { mediumWord, rescueWord } from '../../common/boot/command-line.ts';
import { grubWord } from '../../common/templates/languages.ts';
import { renderNamed } from '../../common/templates/render.ts';
import type { Offline } from './offline.ts';
import { bootLabels, imageLabel, kernelWords, type MediumServer } from './syslinux.ts';

/** What a medium holds for machines without an image server; `isNamed`: local.cfg says which machine it is, or which image. */
export type NamedOffline = Offline & { isNamed: boolean };

/** The menu of a medium that holds kernel and initrd: a CD or a stick installs what it holds, and no server is asked. */
export type Menu = {
  /** The words of the kernel command line that all labels have. */
  words: readonly string[];
  /** The label that starts without a key. */
  chooses: 'install' | 'local';
  /** The images to choose from, if there are several. */
  images: readonly string[];
};

/** The menu of a medium with this id. */
export function menuOf(medium: MediumServer, id: string, offline?: NamedOffline): Menu {
  // Of several images, nothing but a person or local.cfg can choose: without a choice, nothing is installed.
  const images = offline && offline.images.length > 1 ? offline.images : [];
  return {
    words: [...kernelWords(medium), ...(offline ? [mediumWord(id)] : [])],
    chooses: offline?.isNamed || images.length === 0 ? 'install' : 'local',
    images,
  };
}

/** The menu for a BIOS: medium.cfg of SYSLINUX. */
export function syslinuxMenu({ words, chooses, images }: Menu): string {
  const names = images.map(imageLabel).join(' ');
  const say = images.length === 0 ? '' : `SAY Images on this medium, one of which you may type: ${names}\n`;
  return `# The labels of a medium that holds kernel and initrd.\nDEFAULT ${chooses}\n${say}${bootLabels(words, [], images)}`;
}

/** The menu for UEFI: grub.cfg. `marker`: the file by which grub knows the filesystem with kernel and initrd. */
export const grubMenu = (marker: string, { words, chooses, images }: Menu): Promise<string> =>
  renderNamed('medium-grub.cfg', {
    marker,
    chooses,
    images: images.map((name) => ({ name, label: imageLabel(name) })),
    append: words.map(grubWord).join(' '),
    rescue: rescueWord,
  });
