import path from 'node:path';
import { fnmatch } from '../../common/model/fnmatch.ts';
import type { Target } from '../../common/model/target.ts';
import type { Inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { grubNames } from './grub-names.ts';
import { loaderDirs, loaderEntries } from './loader-entries.ts';
import type { BootKernel } from './kernels.ts';
import { extlinuxConfig } from './extlinux-config.ts';

type Kernels = readonly BootKernel[];

/** Versions in the order of strverscmp(3), as far as kernels need it. */
const inOrder = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

/** The kernel whose version stands in `name`, a default entry of grub.cfg or grubenv; the longest such version counts. */
function named(kernels: Kernels, name: string): BootKernel | undefined {
  const fits = kernels.filter(({ version }) => name.includes(version));
  return fits.toSorted((a, b) => b.version.length - a.version.length)[0];
}

const byFile = (kernels: Kernels, file: string | undefined) =>
  file === undefined ? undefined : kernels.find(({ kernel }) => path.basename(kernel) === path.basename(file));

/** The name by which boot loaders know an entry or a unified image. */
const idOf = (file: string) => path.basename(file).replace(/\.(conf|efi)$/, '');

/**
 * The kernel of the default entry or unified image (`*` stands for anything, loader.conf(5)), else the newest kernel that has one. grub
 * counts entries from the newest, from 0.
 */
async function ofEntries(tree: Inside, target: Pick<Target, 'mounts'>, kernels: Kernels, wanted: string | undefined) {
  const entries = (await loaderEntries(tree, target)).filter(({ linux }) => linux !== undefined);
  const isWanted = (file: string) => wanted !== undefined && fnmatch(idOf(wanted), idOf(file));
  const byNumber = /^\d+$/.test(wanted ?? '')
    ? entries.toSorted((a, b) => inOrder(idOf(b.path), idOf(a.path))).at(Number(wanted))
    : undefined;
  const wantedEntries = byNumber ? [byNumber] : entries.filter(({ path: at }) => isWanted(at));
  const wantedImages = kernels.filter(({ isUnified, kernel }) => isUnified && isWanted(kernel));
  const isSaid = wantedEntries.length + wantedImages.length > 0;
  const files = new Set(
    await Promise.all((isSaid ? wantedEntries : entries).map(({ linux = '/' }) => tree.real(linux))),
  );
  const found: BootKernel[] = [];
  for (const one of kernels)
    if (one.isUnified ? !isSaid || wantedImages.includes(one) : files.has(await tree.real(one.kernel))) found.push(one);
  return newest(found);
}

const newest = (kernels: Kernels) => kernels.toSorted((a, b) => inOrder(b.version, a.version))[0];

/** The text of grub's menu: up to release 8, Red Hat has the menu on the EFI system partition, where others have a file that leads to it. */
async function grubMenu(tree: Inside, target: Pick<Target, 'mounts'>, folder: AbsPath): Promise<string | undefined> {
  const folders = [folder];
  for (const top of loaderDirs(target).map((dir) => under(dir, 'EFI')))
    folders.push(...((await tree.list(top)) ?? []).map((name) => under(top, name)));
  for (const one of folders) {
    const text = await tree.readText(under(one, 'grub.cfg'));
    if (text !== undefined && /^[ \t]*(menuentry|blscfg|linux)/m.test(text)) return text;
  }
  return undefined;
}

/** GNU GRUB manual, "default": a title, an id or numbers that count from 0, `1>2` in a submenu; `saved` stands in grubenv. */
async function ofGrub(tree: Inside, target: Pick<Target, 'mounts'>, kernels: Kernels): Promise<BootKernel | undefined> {
  const names = await grubNames(tree);
  const config = names && (await grubMenu(tree, target, names.folder));
  if (!names || config === undefined) return undefined;
  const saved = /^saved_entry=(.+)$/m.exec((await tree.readText(under(names.folder, 'grubenv'))) ?? '')?.[1];
  const said = [...config.matchAll(/^[ \t]*set default="([^"]*)"/gm)].map(([, value = '']) => value);
  const fixed = said.find((value) => !value.includes('$'));
  const wanted = said.includes('${saved_entry}') ? (saved ?? '0') : (fixed ?? '0');
  if (/^[ \t]*blscfg\b/m.test(config)) return ofEntries(tree, target, kernels, saved);
  const files = [...config.matchAll(/^[ \t]*linux(?:16|efi)?[ \t]+(\S+)/gm)].map(([, file]) => file);
  const numbers = /^\d+(>\d+)*$/.test(wanted) ? wanted.split('>').map(Number) : undefined;
  if (!numbers) return named(kernels, wanted) ?? byFile(kernels, files[0]);
  return byFile(kernels, files[numbers.reduce((sum, one) => sum + one, 0)]) ?? byFile(kernels, files[0]);
}

/** `DEFAULT` names a `LABEL`, or the kernel itself; by default the first label counts (syslinux configuration, "DEFAULT"). */
async function ofExtlinux(tree: Inside, kernels: Kernels): Promise<BootKernel | undefined> {
  const file = await extlinuxConfig(tree);
  const lines = ((file && (await tree.readText(file))) ?? '').split('\n').map((line) => line.trim().split(/\s+/));
  const is = (line: readonly string[], ...words: string[]) => words.includes(line[0]?.toLowerCase() ?? '');
  const wanted = lines.find((line) => is(line, 'default'))?.[1];
  const label = lines.findIndex((line) => is(line, 'label') && (wanted === undefined || line[1] === wanted));
  return byFile(kernels, lines.slice(Math.max(label, 0)).find((line) => is(line, 'kernel', 'linux'))?.[1]);
}

/** The kernel that the image's boot loader starts by itself, else the newest. */
export async function startedKernel(
  tree: Inside,
  target: Pick<Target, 'mounts'>,
  kernels: Kernels,
): Promise<BootKernel | undefined> {
  const loader = loaderDirs(target).map((dir) => under(dir, 'loader/loader.conf'));
  const texts = await Promise.all(loader.map((at) => tree.readText(at)));
  const wanted = texts
    .map((text) => /^[ \t]*default[ \t]+(\S+)/m.exec(text ?? '')?.[1])
    .find((one) => one !== undefined);
  return (
    (await ofGrub(tree, target, kernels)) ??
    (await ofExtlinux(tree, kernels)) ??
    (await ofEntries(tree, target, kernels, wanted)) ??
    newest(kernels)
  );
}
