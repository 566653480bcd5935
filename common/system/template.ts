import mustache from 'mustache';
import { UserError } from './errors.ts';

/** What a template may name. A missing name is an error, so `undefined` is not among them. */
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
      throw new UserError(`${this.file} names {{${name}}}, which is not given`, 'Correct the name in the template.');
    return value;
  }
}

/** Fills a mustache template: {{NAME}} by way of `write`, {{{NAME}}} as it is. A name that is missing is an error. */
export function renderTemplate(
  template: string,
  view: View,
  { file, write }: { file: string; write: (text: string) => string },
): string {
  const writer = new mustache.Writer();
  return writer.render(template, new StrictContext(view, file), undefined, { escape: (value) => write(String(value)) });
}
