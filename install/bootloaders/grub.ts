import { UserError } from '../../common/system/errors.ts';
import { type Inside, inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { State } from '../../common/model/state.ts';
import { chrootEnv, chrootLimitMs, inChroot } from '../chroot/in-chroot.ts';
import { biosDisks, espDirs, espParts, mountOf, uuidOf } from './boot-place.ts';
import type { Bootloader } from './bootloader.ts';
import { type EfiFacts, efiNeeds, planEfiEntries, probeEfiMenu } from './efi-entries.ts';
import { trueText } from './command-lines.ts';
import { fetchGrubPlatform } from './grub-platform.ts';
import { type GrubNames, grubNames, type GrubPlatform, platformOf } from './grub-names.ts';

/** What of grub the image holds. */
export type GrubFacts = {
  names: GrubNames;
  platform: GrubPlatform;
  /** The image has the files of that platform; otherwise they come from the server. */
  hasPlatform: boolean;
  /** grub.cfg, its command lines true for this machine already. */
  config: string | undefined;
  /** Files of signed loaders that the image brought onto the EFI system partition, below EFI/. */
  vendorEfi: { vendor: string; files: string[]; hasConfig: boolean } | undefined;
  /** The folder below EFI/ that is grub's in this distribution. */
  vendor: string;
  efi: EfiFacts | undefined;
  /** Debian's grub-install puts a signed shim in front of grub where the image has both. */
  hasShim: boolean;
  /** Filesystems of / and /boot that have no name in /dev/disk/by-uuid, which only udev makes. */
  unnamed: { uuid: string; node: AbsPath }[];
};

/** What starts kernels: grub.cfg as it will be once its command lines are true. Entries of their own need no looking at. */
async function configText(tree: Inside, path: AbsPath, state: State): Promise<string | undefined> {
  const text = await tree.readText(path);
  return text === undefined ? undefined : trueText({ path, text }, state);
}

/** Signed loaders of a distribution whose grub2-install refuses UEFI (Red Hat's way). */
async function vendorEfi(tree: Inside, esp: AbsPath): Promise<GrubFacts['vendorEfi']> {
  for (const vendor of (await tree.list(under(esp, 'EFI'))) ?? []) {
    if (vendor.toUpperCase() === 'BOOT') continue;
    const all = (await tree.list(under(esp, 'EFI', vendor))) ?? [];
    const files = all.filter((name) => /^(shim|grub|mm)\w*\.efi$/i.test(name));
    if (files.some((name) => /^grub/i.test(name))) return { vendor, files, hasConfig: all.includes('grub.cfg') };
  }
  return undefined;
}

/**
 * The folder that grub-install takes without being told: GRUB_DISTRIBUTOR of /etc/default/grub in lower case, up to the
 * first blank (util/grub-install.c). Where that is a command, it prints the distribution's name.
 */
async function distributor(tree: Inside): Promise<string> {
  const value = (text: string | undefined, name: string) =>
    new RegExp(`^${name}=(["']?)([\\w.+ -]+)\\1\\s*$`, 'm').exec(text ?? '')?.[2];
  const said = value(await tree.readText('/etc/default/grub'), 'GRUB_DISTRIBUTOR');
  const name = said ?? value(await tree.readText('/etc/os-release'), 'ID') ?? 'linux';
  return name.trim().toLowerCase().split(' ')[0] || 'linux';
}

const byUuid: AbsPath = '/dev/disk/by-uuid';

async function unnamed(io: ReadIo, state: State): Promise<GrubFacts['unnamed']> {
  const found = new Map<string, AbsPath>();
  for (const dir of ['/', '/boot']) {
    const [uuid, node] = [uuidOf(state, dir), mountOf(state, dir)?.node];
    if (uuid && node && !(await io.lstat(under(byUuid, uuid)))) found.set(uuid, node);
  }
  return [...found].map(([uuid, node]) => ({ uuid, node }));
}

/** GRUB 2, installed by the image's own grub-install: the version that its configuration was written for. */
export const grub: Bootloader<GrubFacts> = {
  name: 'grub',
  needs: efiNeeds,

  async probe(io, root, state) {
    const tree = inside(io, root);
    const names = await grubNames(tree);
    if (!names) return undefined;
    const platform = await platformOf(io, state.firmware);
    const esp = state.firmware === 'uefi' ? espDirs(state)[0] : undefined;
    const signed = esp && (await vendorEfi(tree, esp));
    return {
      names,
      platform,
      hasPlatform: await tree.exists(`/usr/lib/grub/${platform}/kernel.img`),
      config: await configText(tree, under(names.folder, 'grub.cfg'), state),
      vendorEfi: signed,
      vendor: signed?.vendor ?? (esp && (await distributor(tree))) ?? '',
      efi: esp && (await probeEfiMenu(io)),
      hasShim:
        Boolean(await tree.firstOf([`/usr/lib/shim/shim${efiSuffix[platform]}.efi.signed`])) &&
        (await tree.exists(`/usr/lib/grub/${platform}-signed/grub${efiSuffix[platform]}.efi.signed`)),
      unnamed: await unnamed(io, state),
    };
  },

  plan(facts, root, state) {
    const inside = [...planConfig(facts, root, state)];
    const copied = state.firmware === 'uefi' && facts.names.refusesUefi && facts.vendorEfi;
    const fetched = facts.hasPlatform || copied ? undefined : fetchGrubPlatform(facts.platform, root, state);
    const directory = fetched ? [`--directory=${fetched.directory}`] : [];
    if (state.firmware === 'bios') inside.unshift(...planBios(facts, root, state, directory));
    else inside.unshift(...planUefi(facts, root, state, directory));
    const group = inChroot(root, 'Install grub with the image’s own tools', inside);
    const entries = state.firmware === 'uefi' ? planEntries(facts, state) : [];
    return [...(fetched?.before ?? []), group, ...(fetched?.after ?? []), ...entries];
  },
};

function planBios({ names }: GrubFacts, root: AbsPath, state: State, directory: string[]): Step[] {
  return biosDisks(state, names.folder).map((disk) => ({
    why: `Put grub on ${disk.node}`,
    kind: 'run',
    argv: [names.install, '--target=i386-pc', ...directory, disk.node],
    chroot: root,
    env: chrootEnv,
    limitMs: chrootLimitMs,
    writes: [{ root, path: names.folder }],
  }));
}

/** How loaders of a platform end their names, also that of the removable path: UEFI Specification 2.10, section 3.5.1.1. */
const efiSuffix: Record<GrubPlatform, string> = {
  'i386-pc': '',
  'x86_64-efi': 'x64',
  'i386-efi': 'ia32',
  'arm64-efi': 'aa64',
};
const removable = (platform: GrubPlatform) => `BOOT${efiSuffix[platform].toUpperCase()}.EFI`;

/** The firmware's menu gets the loader of the distribution's own folder, which its updates keep fresh. */
function planEntries({ efi, vendor, vendorEfi, names, platform, hasShim }: GrubFacts, state: State): Step[] {
  if (!efi) return [];
  const suffix = efiSuffix[platform];
  const copied = names.refusesUefi ? vendorEfi?.files : undefined;
  const file = copied ? firstOf(copied) : `${hasShim ? 'shim' : 'grub'}${suffix}.efi`;
  return planEfiEntries(efi, { label: vendor, file: `EFI/${vendor}/${file}`, esps: espParts(state) });
}

function planUefi(facts: GrubFacts, root: AbsPath, state: State, directory: string[]): Step[] {
  const esps = espDirs(state);
  const { names, platform, vendor, vendorEfi } = facts;
  if (names.refusesUefi && vendorEfi)
    return esps.flatMap((esp) => copyVendor(vendorEfi, removable(platform), root, esps[0], esp));
  const install = (esp: AbsPath, why: string, more: string[]): Step => ({
    why,
    kind: 'run',
    argv: [names.install, `--target=${platform}`, `--efi-directory=${esp}`, '--no-nvram', ...directory, ...more],
    chroot: root,
    env: chrootEnv,
    limitMs: chrootLimitMs,
    writes: [
      { root, path: names.folder },
      { root, path: under(esp, 'EFI') },
    ],
  });
  return esps.flatMap((esp) => [
    install(esp, `Put grub on ${esp} where every UEFI looks`, ['--removable']),
    install(esp, 'Put grub under its own name as well', [`--bootloader-id=${vendor}`]),
  ]);
}

/** Of signed loaders the one that the firmware starts. */
const firstOf = (files: string[]) =>
  files.find((name) => /^shim(x64|aa64|ia32)\.efi$/i.test(name)) ?? files.find((name) => /^grub/i.test(name));

/** shim goes to the removable path, what it starts beside it; another ESP than the first gets the vendor's folder, too. */
function copyVendor(
  { vendor, files, hasConfig }: NonNullable<GrubFacts['vendorEfi']>,
  boot: string,
  root: AbsPath,
  from: AbsPath,
  esp: AbsPath,
): Step[] {
  const copies = (names: string[], folder: AbsPath, nameOf: (name: string) => string): Step[] => [
    { why: `Make ${folder}`, kind: 'mkdir', at: { root, path: folder } },
    ...names.map(
      (name): Step => ({
        why: `Copy ${vendor}’s ${name} to ${folder}`,
        kind: 'copy',
        from: { root, path: under(from, 'EFI', vendor, name) },
        to: { root, path: under(folder, nameOf(name)) },
      }),
    ),
  ];
  const first = firstOf(files);
  return [
    ...(esp === from
      ? []
      : copies([...files, ...(hasConfig ? ['grub.cfg'] : [])], under(esp, 'EFI', vendor), (name) => name)),
    ...copies(files, under(esp, 'EFI', 'BOOT'), (name) => (name === first ? boot : name)),
  ];
}

/** Writes grub.cfg anew where it is missing or does not name this machine's root. */
function planConfig(facts: GrubFacts, root: AbsPath, state: State): Step[] {
  const reason = whyConfig(facts, state);
  if (reason === undefined) return [];
  const { names } = facts;
  if (names.mkconfig === undefined)
    throw new UserError(
      `${reason}, and the image has no grub-mkconfig`,
      'Install the grub package of its distribution on the golden client.',
    );
  const path = under(names.folder, 'grub.cfg');
  // grub-mkconfig writes root=UUID= only where /dev/disk/by-uuid has it.
  const links = facts.unnamed.map(({ uuid, node }) => ({ at: here(under(byUuid, uuid)), node }));
  return [
    { why: 'Make room for names by UUID', kind: 'mkdir', at: here(byUuid) },
    ...links.map(
      ({ at, node }): Step => ({ why: 'Let grub-mkconfig see the UUID', kind: 'symlink', at, target: node }),
    ),
    {
      why: `Write ${path}: ${reason}`,
      kind: 'run',
      argv: [names.mkconfig, '-o', path],
      chroot: root,
      // os-prober would look into every other disk of the machine.
      env: { ...chrootEnv, GRUB_DISABLE_OS_PROBER: 'true' },
      limitMs: chrootLimitMs,
      writes: [{ root, path }],
    },
    ...links.map(({ at }): Step => ({ why: 'Take the name back', kind: 'remove', at })),
  ];
}

/** Why grub.cfg must be written anew; undefined where it serves this machine. */
export function whyConfig({ config }: Pick<GrubFacts, 'config'>, state: State): string | undefined {
  if (config === undefined) return 'the image has none';
  const uuid = uuidOf(state, '/boot');
  const text = config.toLowerCase();
  if (uuid && text.includes('--fs-uuid') && !text.includes(uuid.toLowerCase()))
    return `the image’s does not name the filesystem of /boot, ${uuid}`;
  const kernels = [...config.matchAll(/^\s*linux(?:16|efi)?\s+["']?(?:\([^)]*\))?(\/[^\s"']+)/gm)].map(
    (one) => one[1] ?? '',
  );
  const isApart = mountOf(state, '/boot')?.dir === '/boot';
  const misses = (at: string) => (isApart ? at.startsWith('/boot/') : /^\/(vmlinuz|vmlinux|kernel|Image)-/.test(at));
  if (kernels.some(misses))
    return `the image’s looks for kernels where /boot is ${isApart ? 'no' : 'a'} filesystem of its own`;
  return undefined;
}
