/**
 * What a part of the installer must find in the initrd. The builder takes each program out of its Debian package, with
 * exactly the libraries it loads, and each kernel module with those it depends on.
 */
export type Needs = {
  /** Path inside the package → Debian package, as in { '/sbin/mkfs.ext4': 'e2fsprogs' }. */
  programs: Record<string, string>;
  /** Other files or folders a program reads: path inside the package → Debian package. */
  data?: Record<string, string>;
  /** Kernel modules by name, without path and suffix; one that is built in is fine. */
  modules: string[];
  /** Options that the kernel must be compiled with, built in or as modules, without `CONFIG_`, as in EXT4_FS_POSIX_ACL. */
  kernel?: string[];
};

/** Everything several parts need, each once. */
export function mergeNeeds(all: readonly Needs[]): Required<Needs> {
  return {
    programs: Object.assign({}, ...all.map((needs) => needs.programs)) as Needs['programs'],
    data: Object.assign({}, ...all.map((needs) => needs.data ?? {})) as Needs['programs'],
    modules: [...new Set(all.flatMap((needs) => needs.modules))].sort(),
    kernel: [...new Set(all.flatMap((needs) => needs.kernel ?? []))].sort(),
  };
}
