import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Row } from '../boot/harness/row.ts';

/** Every row of every `*.boot.ts` below the folder. Two rows of one name are an error: their logs would mix. */
export async function findRows(folder: string): Promise<Row[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.boot.ts'));
  const rows: Row[] = [];
  for (const file of files.sort()) {
    const found = ((await import(path.join(folder, file))) as { default: Row | Row[] }).default;
    for (const row of [found].flat()) rows.push({ ...row, covers: [...row.covers, path.join('test/boot', file)] });
  }
  const twice = rows.find((row, at) => rows.some((other, place) => place < at && other.name === row.name));
  if (twice) throw new Error(`two rows are named ${JSON.stringify(twice.name)}`);
  return rows;
}
