/** Directories that a machine does not run without, whoever mounts them (hier(7), and the EFI system partition). */
const systemDirs = /^\/(boot|boot\/efi|efi|usr|var|etc)?$/;

/** True for options of fstab(5) with which a machine starts also where the device is missing (systemd.mount(5)). */
export const isOptional = (options: string): boolean =>
  /(^|,)(noauto|nofail|_netdev|(x-|comment=)systemd\.automount)(,|$)/.test(options);

/** True where a machine needs what is mounted there; `options` are those of its line of fstab(5), undefined where it has none. */
export function isNeeded(dir: string, options: string | undefined): boolean {
  return options === undefined ? systemDirs.test(dir) : dir === '/' || !isOptional(options);
}
