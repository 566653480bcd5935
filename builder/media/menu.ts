import { mediumWord, onceWord } from '../../common/boot/command-line.ts';
import { installedName, markerName } from '../../common/model/medium.ts';
import { grubWord } from '../../common/templates/languages.ts';
import { renderNamed } from '../../common/templates/render.ts';
import type { Offline } from './offline.ts';
import { type BootLabel, bootLabels, imageLabel, kernelWords, type MediumServer, rescueLabel } from './syslinux.ts';

/**
 * The menu of a medium that holds kernel and initrd: a CD or a stick installs what it holds, and no server is asked. The first label
 * starts without a key.
 */
export type Menu = { id: string; labels: readonly BootLabel[]; images: readonly string[] };

/** What a menu is made from; `everyTime`: an image server says whether the machine boots the medium at all. */
export type MenuWish = MediumServer & { id: string; offline?: Offline | undefined; everyTime?: boolean };

/**
 * The menu of a medium with this id. Of several images, the name of the machine chooses, which BOEL learns: local.cfg of the medium or of
 * a floppy may change after the medium was made.
 */
export function menuOf({ id, offline, everyTime = false, ...server }: MenuWish): Menu {
  const words = [...kernelWords(server), ...(offline ? [mediumWord(id)] : [])];
  const once = (isChosen: boolean) => (everyTime ? [] : [onceWord(id, isChosen)]);
  const images = offline && offline.images.length > 1 ? offline.images : [];
  const labels: BootLabel[] = [
    { name: 'install', about: 'install this machine', words: [...words, ...once(false)] },
    ...images.map((name) => ({
      name: imageLabel(name),
      about: `install the image ${name}`,
      words: [...words, ...once(true), `IMAGENAME=${name}`],
    })),
    rescueLabel(words),
  ];
  const again = 'install this machine, though this medium has installed it before';
  if (!everyTime) labels.splice(1, 0, { name: 'again', about: again, words: [...words, ...once(true)] });
  return { id, labels, images };
}

/** The menu for a BIOS: medium.cfg of SYSLINUX. */
export function syslinuxMenu({ labels, images }: Menu): string {
  const names = images.map(imageLabel).join(' ');
  const say = images.length === 0 ? '' : `SAY Images on this medium, one of which you may type: ${names}\n`;
  const again = labels.some(({ name }) => name === 'again')
    ? 'SAY Type again to install a machine that this medium has installed before.\n'
    : '';
  return `# The labels of a medium that holds kernel and initrd.\nDEFAULT install\n${again}${say}${bootLabels(labels)}`;
}

/** The menu for UEFI: grub.cfg. */
export const grubMenu = ({ id, labels }: Menu): Promise<string> =>
  renderNamed('medium-grub.cfg', {
    marker: `/${markerName(id)}`,
    installed: installedName(id),
    labels: labels.map(({ name, about, words }) => ({ name, about, words: words.map(grubWord).join(' ') })),
  });
