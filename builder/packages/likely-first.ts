/**
 * Debian names a library's package after its soname (Debian Policy 8.1): libfoo.so.1 is in libfoo1, libfoo-1.2.so.3 in
 * libfoo-1.2-3, since 2024 with t64 at the end. Packages with such names come first, so that few packages are opened.
 */
export function likelyFirst(soname: string, packages: readonly string[]): string[] {
  const simple = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9+.]/g, '');
  const wished = simple(soname.replace(/\.so\b\.?/, ''));
  const score = (name: string) => {
    const own = simple(name.replace(/t64$/, ''));
    if (own === wished) return 0;
    if (own.startsWith(wished) || wished.startsWith(own)) return 1;
    if (name === 'libc6') return 2;
    return name.startsWith('lib') ? 3 : 4;
  };
  return [...new Set(packages)].sort((a, b) => score(a) - score(b));
}
