import { parse } from 'smol-toml';
import type { z } from 'zod';
import { UserError } from '../../common/system/errors.ts';

/** Reads an administrator's TOML file with its schema; a UserError names every wrong entry, and the `example`. */
export function readToml<T>(text: string, file: string, schema: z.ZodType<T>, example: string): T {
  let table: unknown;
  try {
    table = parse(text);
  } catch (error) {
    throw new UserError(
      `${file} is not TOML: ${error instanceof Error ? error.message.trim() : String(error)}`,
      'Correct that line; https://toml.io explains the format.',
    );
  }
  const result = schema.safeParse(table);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join('.') || 'top level'}: ${issue.message}`);
  throw new UserError(`${file}: ${issues.join('; ')}`, `Correct these entries; ${example} shows every entry.`);
}
