import path from 'node:path';

/** The top of the checkout, or of the installed program. */
export const sourceTop = path.resolve(import.meta.dirname, '..');
