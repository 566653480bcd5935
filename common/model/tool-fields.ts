import { z } from 'zod';

/*
 * Fields as old and new tools print them: numbers and flags as such or as text, null or nothing for an unknown value.
 * Any other value counts as unknown.
 */

/** A text; undefined if there is none. */
export const Text = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);
/** A text; empty if there is none. */
export const Word = Text.transform((text) => text ?? '');
/** A whole number from 0; undefined if there is none. */
export const Bytes = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .pipe(z.int().min(0))
  .optional()
  .catch(undefined);
/** A whole number; 0 if there is none. */
export const Size = Bytes.transform((bytes) => bytes ?? 0);
/** A flag; null means no. */
export const Flag = z.union([z.boolean(), z.number(), z.string()]).nullish().catch(null).transform(isSet);

function isSet(flag: boolean | number | string | null | undefined): boolean {
  return flag === true || flag === 1 || (typeof flag === 'string' && /^(1|true|yes)$/.test(flag.trim()));
}

/** A list without the rows that do not fit the schema `row`. */
export const rowsOf = <T extends z.ZodType>(row: T) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((rows) =>
      rows.flatMap((one): z.output<T>[] => {
        const read = row.safeParse(one);
        return read.success ? [read.data] : [];
      }),
    );
/** A table without the entries that do not fit the schema `value`. */
export const entriesOf = <T extends z.ZodType>(value: T) =>
  z
    .record(z.string(), z.unknown())
    .catch({})
    .transform((table) =>
      Object.fromEntries(
        Object.entries(table).flatMap(([key, one]): [string, z.output<T>][] => {
          const read = value.safeParse(one);
          return read.success ? [[key, read.data]] : [];
        }),
      ),
    );
