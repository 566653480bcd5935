import type { Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import { type Inside, inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { trueText } from '../boot-files/command-lines.ts';
import { grubNames } from '../boot-files/grub-names.ts';
import { inChroot } from '../chroot/in-chroot.ts';
import { espDirs } from './boot-place.ts';
import type { Bootloader } from './bootloader.ts';
import { efiNeeds, probeEfiMenu } from './efi-entries.ts';
import { planConfig, unnamed } from './grub-config.ts';
import type { GrubFacts } from './grub-facts.ts';
import { planBios, planEntries, planUefi } from './grub-install.ts';
import { fetchGrubPlatform } from './grub-platform.ts';
import { efiSuffix, hasPlatformFiles, platformOf } from './platforms.ts';
import { probeVendorEfi } from './vendor-efi.ts';

/** grub.cfg, which starts kernels, as it will be with true command lines. Entries in files of their own need no check. */
async function configText(tree: Inside, path: AbsPath, target: Target): Promise<string | undefined> {
  const text = await tree.readText(path);
  return text === undefined ? undefined : trueText({ path, text }, target);
}

/**
 * The folder that grub-install takes by default: GRUB_DISTRIBUTOR of /etc/default/grub in lower case, up to the first
 * blank (util/grub-install.c). If GRUB_DISTRIBUTOR is a command, that command prints the distribution's name.
 */
async function distributor(tree: Inside): Promise<string> {
  const value = (text: string | undefined, name: string) =>
    new RegExp(`^${name}=(?:"([\\w.+ -]+)"|'([\\w.+ -]+)'|([\\w.+-]+))[ \\t]*(?:#.*)?$`, 'm')
      .exec(text ?? '')
      ?.slice(1)
      .find(Boolean);
  const said = value(await tree.readText('/etc/default/grub'), 'GRUB_DISTRIBUTOR');
  const name = said ?? value(await tree.readText('/etc/os-release'), 'ID') ?? 'linux';
  return name.trim().toLowerCase().split(' ')[0] || 'linux';
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
    const chrooted = [...planConfig(facts, root, target)];
    checkEntries(facts);
    const fetched = facts.hasPlatform || facts.copied ? undefined : fetchGrubPlatform(facts.platform, root, source);
    const directory = fetched ? [`--directory=${fetched.directory}`] : [];
    const put = target.firmware === 'bios' ? planBios : planUefi;
    // A vendor's folder is copied together with its grub.cfg, so grub.cfg is written before.
    chrooted.splice(facts.copied ? chrooted.length : 0, 0, ...put(facts, root, target, directory));
    const group = inChroot(root, 'Install grub with the image’s own tools', chrooted);
    const entries = target.firmware === 'uefi' ? planEntries(facts, target) : [];
    return [...(fetched?.before ?? []), group, ...(fetched?.after ?? []), ...entries];
  },
};

/** Only Red Hat's grub reads entries of the Boot Loader Specification: a grub from the server would show no menu. */
function checkEntries({ readsEntries, platform, hasPlatform, copied }: GrubFacts): void {
  if (hasPlatform || copied || !readsEntries) return;
  const packages = platform === 'i386-pc' ? 'grub2-pc' : 'shim and grub2-efi';
  throw new UserError(
    `the image has no grub of its distribution for ${platform}, and no other grub reads the boot entries of the image (blscfg)`,
    `Install ${packages} on the golden client, and capture the image again.`,
  );
}
