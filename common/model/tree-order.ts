/** Compares paths in the order of `tar --sort=name`, folder by folder; both as bytes in latin1. */
export function compareInTree(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const [at, one] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    if (one !== other) return one < other ? -1 : 1;
  }
  return left.length - right.length;
}

const partsOf = (name: string) => name.split('/').filter((part) => part !== '' && part !== '.');
