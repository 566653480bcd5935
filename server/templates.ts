import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { renderTemplate, type View } from '../common/system/template.ts';
import { type TemplateName, writers } from './languages.ts';

const folder = path.resolve(import.meta.dirname, '..', 'templates');

/** Fills templates/NAME.mustache of this installation; its language's writer writes each value. A name that the view lacks is an error. */
export async function renderNamed(name: TemplateName, view: View): Promise<string> {
  const file = path.join(folder, `${name}.mustache`);
  return renderTemplate(await readFile(file, 'utf8'), view, { file, write: writers[name] });
}
