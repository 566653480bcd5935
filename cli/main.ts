import { commands } from './commands.ts';
import { runProgram } from './run.ts';

void runProgram(commands, process.argv.slice(2));
