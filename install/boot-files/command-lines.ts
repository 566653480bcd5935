import type { Target } from '../../common/model/target.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { type BootText, changeTexts, writeText } from './boot-texts.ts';
import { trueSetting, trueWords } from './kernel-words.ts';

/** Which lines of which files are, or hold, a kernel's command line. */
const kinds: [file: RegExp, line: RegExp][] = [
  [/\/loader\/entries\/[^/]+\.conf$/, /^\s*options\s/],
  [/\/(?=\w*grub)\w+\.cfg$/, /^\s*(linux(16|efi)?|module2?|multiboot2?)\s|^\s*set \w*kernelopts=/],
  [/\/grubenv$/, /^\w*kernelopts=/],
  [/^\/boot\/.*(extlinux|syslinux|linux)\.(conf|cfg)$/, /^\s*append\s/i],
  [/^\/etc\/(kernel\/cmdline$|cmdline\.d\/)/, /^[^#]/],
  [/^\/etc\/default\/grub/, /^\s*(export\s+)?GRUB_(CMDLINE_\w+|FORCE_PARTUUID)=/],
  [/^\/etc\/dracut\.conf/, /^\s*kernel_cmdline\+?=/],
  [/^\/etc\/default\/extlinux$/, /^EXTLINUX_(ROOT|PARAMETERS)=/],
  [/^\/etc\/update-extlinux\.conf$/, /^(root|default_kernel_opts)=/],
];

/** A file of variables for grub is one block: GNU GRUB manual, "The GRUB environment block". */
const grubenvBytes = 1024;

/** The text with true command lines, see {@link trueWords}. */
export function trueText({ path, text }: Pick<BootText, 'path' | 'text'>, target: Target): string {
  if (path.startsWith('/etc/initramfs-tools/'))
    return text
      .split('\n')
      .map((line) => trueSetting(line, target))
      .join('\n');
  const kind = kinds.find(([file]) => file.test(path));
  if (!kind) return text;
  const tellsInitramfs = path.startsWith('/boot/') || isEntry(path);
  const hasInitramfs =
    !tellsInitramfs || path.endsWith('/grubenv') || /^[ \t]*(initrd|append[ \t].*initrd=)/im.test(text);
  const lines = text.split('\n').map((line) => (kind[1].test(line) ? trueWords(line, target, hasInitramfs) : line));
  const now = lines.join('\n');
  if (now === text || !path.endsWith('/grubenv')) return now;
  return `${now.replace(/(?<![\n#])[\n#]+$/, '')}\n`.padEnd(grubenvBytes, '#');
}

const isEntry = (path: string) => path.includes('/loader/entries/');

/**
 * Makes the command lines of the image's kernels true for this machine, before the `initramfs` is made, because its maker reads
 * some of these lines. Loader entries are written after that in any case: hooks of the maker start kernel-install(8), which fills
 * the entries with the command line of the running kernel.
 */
export function planCommandLines(
  texts: readonly BootText[],
  root: AbsPath,
  target: Target,
  initramfs: readonly Step[],
): Step[] {
  const own = initramfs.length > 0 ? texts.filter(({ path }) => isEntry(path)) : [];
  const rest = texts.filter((one) => !own.includes(one));
  return [
    ...changeTexts(rest, root, 'this machine’s root and swap', (one) => trueText(one, target)),
    ...initramfs,
    ...own.map((one): Step => writeText(one, root, 'its own command line', trueText(one, target))),
  ];
}
