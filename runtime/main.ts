import { version } from './version.ts';

// A sign of life, because to load the rest of the program takes seconds on a slow machine.
if (process.argv[2] === 'session') process.stdout.write(`boel ${version}\n`);
void import('./program.ts');
