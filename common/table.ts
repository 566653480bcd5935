/** Lines of a table: columns as wide as their widest cell, two blanks between them. */
export function table(rows: readonly (readonly string[])[], indent = '    '): string {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, at) => Math.max(all[at] ?? 0, cell.length)), []);
  return rows
    .map((row) =>
      `${indent}${row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  ')}`.trimEnd(),
    )
    .join('\n');
}
