import { commandsFor } from './commands.ts';
import { runProgram } from './run.ts';

const argv = process.argv.slice(2);
void commandsFor(argv).then((commands) => runProgram(commands, argv));
