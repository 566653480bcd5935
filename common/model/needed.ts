/** Directories that every machine needs in order to run (hier(7), and the EFI system partition). */
const systemDirs = /^\/(boot|boot\/efi|efi|usr|var|etc)?$/;

/** True for options of fstab(5) with which a machine starts even if the device is missing (systemd.mount(5)). */
export const isOptional = (options: string): boolean =>
  /(^|,)(noauto|nofail|_netdev|(x-|comment=)systemd\.automount)(,|$)/.test(options);

/** True if a machine needs the mount at `dir`; `options` are from its line of fstab(5), undefined without such a line. */
export function isNeeded(dir: string, options: string | undefined): boolean {
  return options === undefined ? systemDirs.test(dir) : dir === '/' || !isOptional(options);
}
