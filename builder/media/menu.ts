import { mediumWord, rescueWord } from '../../common/boot/command-line.ts';
import { grubWord } from '../../common/templates/languages.ts';
import { renderNamed } from '../../common/templates/render.ts';
import type { Offline } from './offline.ts';
import { bootLabels, imageLabel, kernelWords, type MediumServer } from './syslinux.ts';

/** The menu of a medium that holds kernel and initrd: a CD or a stick installs what it holds, and no server is asked. */
export type Menu = {
  /** The words of the kernel command line that all labels have. */
  words: readonly string[];
  /** The images to choose from, if there are several. */
  images: readonly string[];
};

/**
 * The menu of a medium with this id. Of several images, the name of the machine chooses, which BOEL learns: local.cfg of the medium or of
 * a floppy may change after the medium was made.
 */
export const menuOf = (medium: MediumServer, id: string, offline?: Offline): Menu => ({
  words: [...kernelWords(medium), ...(offline ? [mediumWord(id)] : [])],
  images: offline && offline.images.length > 1 ? offline.images : [],
});

/** The menu for a BIOS: medium.cfg of SYSLINUX. */
export function syslinuxMenu({ words, images }: Menu): string {
  const names = images.map(imageLabel).join(' ');
  const say = images.length === 0 ? '' : `SAY Images on this medium, one of which you may type: ${names}\n`;
  return `# The labels of a medium that holds kernel and initrd.\nDEFAULT install\n${say}${bootLabels(words, [], images)}`;
}

/** The menu for UEFI: grub.cfg. `marker`: the file by which grub knows the filesystem with kernel and initrd. */
export const grubMenu = (marker: string, { words, images }: Menu): Promise<string> =>
  renderNamed('medium-grub.cfg', {
    marker,
    images: images.map((name) => ({ name, label: imageLabel(name) })),
    append: words.map(grubWord).join(' '),
    rescue: rescueWord,
  });
