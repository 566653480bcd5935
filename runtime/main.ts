import { version } from './version.ts';

// A sign of life before all the rest is read, which takes a slow machine seconds.
if (process.argv[2] === 'session') process.stdout.write(`boel ${version}\n`);
void import('./program.ts');
