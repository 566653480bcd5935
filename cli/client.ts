import { clientCommands } from '../client/commands/index.ts';
import { runProgram } from './run.ts';

// The program for machines without Node; `build client` makes it.
void runProgram(clientCommands, process.argv.slice(2));
