import { readFile } from 'node:fs/promises';
import path from 'node:path';
import mustache from 'mustache';
import { UserError } from '../system/errors.ts';
import { type TemplateName, writers } from './languages.ts';

const folder = path.resolve(import.meta.dirname, '..', '..', 'templates');

/** The values that a template may name. A missing name is an error, so no value is `undefined`. */
export type View = { [name: string]: string | number | boolean | View | View[] | string[] };

class StrictContext extends mustache.Context {
  readonly file: string;
  constructor(view: View, file: string, parent?: mustache.Context) {
    super(view, parent);
    this.file = file;
  }
  override push(view: View): mustache.Context {
    return new StrictContext(view, this.file, this);
  }
  override lookup(name: string): unknown {
    const value: unknown = super.lookup(name);
    if (value === undefined || value === null)
      throw new UserError(
        `${this.file} names {{${name}}}, and no value of that name is given`,
        'Correct the name in the template.',
      );
    return value;
  }
}

/** Fills a mustache template: {{NAME}} by way of `write`, {{{NAME}}} as it is. */
function renderTemplate(
  template: string,
  view: View,
  { file, write }: { file: string; write: (text: string) => string },
): string {
  const writer = new mustache.Writer();
  return writer.render(template, new StrictContext(view, file), undefined, { escape: (value) => write(String(value)) });
}

/** Fills this installation's templates/NAME.mustache by its language's writer. A name that the view lacks is an error. */
export async function renderNamed(name: TemplateName, view: View): Promise<string> {
  const file = path.join(folder, `${name}.mustache`);
  return renderTemplate(await readFile(file, 'utf8'), view, { file, write: writers[name] });
}
