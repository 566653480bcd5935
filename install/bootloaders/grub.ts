import { UserError } from '../../common/system/errors.ts';
import { type Inside, inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { Target } from '../../common/model/target.ts';
import { chrootEnv, chrootLimitMs, inChroot } from '../chroot/in-chroot.ts';
import { biosDisks, espDirs, espParts } from './boot-place.ts';
import type { Bootloader } from './bootloader.ts';
import { type EfiFacts, efiNeeds, planEfiEntries, probeEfiMenu } from './efi-entries.ts';
import { trueText } from '../boot-files/command-lines.ts';
import { fetchGrubPlatform } from './grub-platform.ts';
import { grubNames, type GrubNames } from '../boot-files/grub-names.ts';
import { copyVendor, firstLoader, leadTo, probeVendorEfi, type VendorEfi } from './vendor-efi.ts';
import { mountOf, uuidOf } from '../target/places.ts';
import { efiSuffix, removableName, type GrubPlatform, hasPlatformFiles, platformOf } from './platforms.ts';

/** What of grub the image holds. */
export type GrubFacts = {
  names: GrubNames;
  platform: GrubPlatform;
  /** The image has the files of that platform; otherwise they come from the server. */
  hasPlatform: boolean;
  /** grub.cfg, its command lines true for this machine already. */
  config: string | undefined;
  /** Kernels have entries of their own, which grub.cfg has it read (Red Hat's blscfg). */
  readsEntries: boolean;
  /** Where that grub.cfg lies. */
  configPath: AbsPath;
  /** Signed loaders that the image brought, to be copied in place of a grub-install that would not sign. */
  copied: VendorEfi | undefined;
  /** The folder below EFI/ that is grub's in this distribution. */
  vendor: string;
  efi: EfiFacts | undefined;
  /** Debian's grub-install puts a signed shim in front of grub where the image has both. */
  hasShim: boolean;
  /** Filesystems of / and /boot that have no name in /dev/disk/by-uuid, which only udev makes. */
  unnamed: { uuid: string; node: AbsPath }[];
};

/** What starts kernels: grub.cfg as it will be once its command lines are true. Entries of their own need no looking at. */
async function configText(tree: Inside, path: AbsPath, target: Target): Promise<string | undefined> {
  const text = await tree.readText(path);
  return text === undefined ? undefined : trueText({ path, text }, target);
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

async function unnamed(io: ReadIo, target: Target): Promise<GrubFacts['unnamed']> {
  const found = new Map<string, AbsPath>();
  for (const dir of ['/', '/boot']) {
    const [uuid, node] = [uuidOf(target, dir), mountOf(target, dir)?.node];
    if (uuid && node && !(await io.lstat(under(byUuid, uuid)))) found.set(uuid, node);
  }
  return [...found].map(([uuid, node]) => ({ uuid, node }));
}

/** GRUB 2, installed by the image's own grub-install: the version that its configuration was written for. */
export const grub: Bootloader<GrubFacts> = {
  name: 'grub',
  needs: efiNeeds,

  async probe(io, root, target) {
    const tree = inside(io, root);
    const names = await grubNames(tree);
    if (!names) return undefined;
    const platform = await platformOf(io, target.firmware);
    const esp = target.firmware === 'uefi' ? espDirs(target)[0] : undefined;
    const distribution = await distributor(tree);
    const signed = esp && (await probeVendorEfi(tree, esp, distribution));
    const copied =
      signed && (names.refusesUefi || (names.install === 'grub2-install' && signed.hasShim)) ? signed : undefined;
    const configPath =
      esp && copied?.isWhole ? under(esp, 'EFI', copied.vendor, 'grub.cfg') : under(names.folder, 'grub.cfg');
    const config = await configText(tree, configPath, target);
    const wishes = (await tree.readText('/etc/default/grub')) ?? '';
    return {
      names,
      platform,
      hasPlatform: await hasPlatformFiles(tree, platform),
      config,
      readsEntries:
        config === undefined ? /^GRUB_ENABLE_BLSCFG=["']?true/m.test(wishes) : /^[ \t]*blscfg\b/m.test(config),
      configPath,
      copied,
      vendor: signed?.vendor ?? distribution,
      efi: esp && (await probeEfiMenu(io)),
      hasShim:
        Boolean(await tree.firstOf([`/usr/lib/shim/shim${efiSuffix[platform]}.efi.signed`])) &&
        (await tree.exists(`/usr/lib/grub/${platform}-signed/grub${efiSuffix[platform]}.efi.signed`)),
      unnamed: await unnamed(io, target),
    };
  },

  plan(facts, root, target, source) {
    const inside = [...planConfig(facts, root, target)];
    checkEntries(facts);
    const fetched = facts.hasPlatform || facts.copied ? undefined : fetchGrubPlatform(facts.platform, root, source);
    const directory = fetched ? [`--directory=${fetched.directory}`] : [];
    const put = target.firmware === 'bios' ? planBios : planUefi;
    // A vendor's folder is copied with the grub.cfg that it holds.
    inside.splice(facts.copied ? inside.length : 0, 0, ...put(facts, root, target, directory));
    const group = inChroot(root, 'Install grub with the image’s own tools', inside);
    const entries = target.firmware === 'uefi' ? planEntries(facts, target) : [];
    return [...(fetched?.before ?? []), group, ...(fetched?.after ?? []), ...entries];
  },
};

/** Entries of the Boot Loader Specification are read by Red Hat's grub only: one from the server would show no menu. */
function checkEntries({ readsEntries, platform, hasPlatform, copied }: GrubFacts): void {
  if (hasPlatform || copied || !readsEntries) return;
  const packages = platform === 'i386-pc' ? 'grub2-pc' : 'shim and grub2-efi';
  throw new UserError(
    `the image has no grub of its distribution for ${platform}, and no other reads the entries of its kernels (blscfg)`,
    `Install ${packages} on the golden client, and take the image again.`,
  );
}

function planBios({ names }: GrubFacts, root: AbsPath, target: Target, directory: string[]): Step[] {
  return biosDisks(target, names.folder).map((disk) => ({
    why: `Put grub on ${disk.node}`,
    kind: 'run',
    argv: [names.install, '--target=i386-pc', ...directory, disk.node],
    chroot: root,
    env: chrootEnv,
    limitMs: chrootLimitMs,
    writes: [{ root, path: names.folder }],
  }));
}

/** The firmware's menu gets the loader of the distribution's own folder, which its updates keep fresh. */
function planEntries({ efi, vendor, copied, platform, hasShim }: GrubFacts, target: Target): Step[] {
  if (!efi) return [];
  const suffix = efiSuffix[platform];
  const file = copied ? firstLoader(copied.files) : `${hasShim ? 'shim' : 'grub'}${suffix}.efi`;
  return planEfiEntries(efi, { label: vendor, file: `EFI/${vendor}/${file}`, esps: espParts(target) });
}

function planUefi(facts: GrubFacts, root: AbsPath, target: Target, directory: string[]): Step[] {
  const esps = espDirs(target);
  const { names, platform, vendor, copied } = facts;
  if (copied) {
    const lead = copied.isWhole ? undefined : leadTo(names.folder, copied.config, target);
    const path = under(esps[0], 'EFI', copied.vendor, 'grub.cfg');
    const why = `Let ${path} lead to ${names.folder}`;
    return [
      ...(lead === undefined ? [] : [{ why, kind: 'write' as const, at: { root, path }, content: lead, mode: 0o700 }]),
      ...copyVendor(copied, removableName(platform), lead, root, esps),
    ];
  }
  // Red Hat's says by a patch of its own that this is not for UEFI, unless it is forced.
  const force = names.refusesUefi ? ['--force'] : [];
  const install = (esp: AbsPath, why: string, more: string[]): Step => ({
    why,
    kind: 'run',
    argv: [
      names.install,
      `--target=${platform}`,
      `--efi-directory=${esp}`,
      '--no-nvram',
      ...force,
      ...directory,
      ...more,
    ],
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

/** Writes grub.cfg anew where it is missing or does not name this machine's root. */
function planConfig(facts: GrubFacts, root: AbsPath, target: Target): Step[] {
  const reason = whyConfig(facts, target);
  if (reason === undefined) return [];
  const { names } = facts;
  if (names.mkconfig === undefined)
    throw new UserError(
      `${reason}, and the image has no grub-mkconfig`,
      'Install the grub package of its distribution on the golden client.',
    );
  const path = facts.configPath;
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
export function whyConfig({ config }: Pick<GrubFacts, 'config'>, target: Target): string | undefined {
  if (config === undefined) return 'the image has none';
  const uuid = uuidOf(target, '/boot');
  const text = config.toLowerCase();
  if (uuid && text.includes('--fs-uuid') && !text.includes(uuid.toLowerCase()))
    return `the image’s does not name the filesystem of /boot, ${uuid}`;
  const kernels = [...config.matchAll(/^[ \t]*linux(?:16|efi)?[ \t]+["']?(?:\([^)\s]*\))?(\/[^\s"']+)/gm)].map(
    (one) => one[1] ?? '',
  );
  const isApart = mountOf(target, '/boot')?.dir === '/boot';
  const misses = (at: string) => (isApart ? at.startsWith('/boot/') : /^\/(vmlinuz|vmlinux|kernel|Image)-/.test(at));
  if (kernels.some(misses))
    return `the image’s looks for kernels where /boot is ${isApart ? 'no' : 'a'} filesystem of its own`;
  return undefined;
}
