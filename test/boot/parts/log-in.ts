import type { Vm } from '../harness/vm.ts';

/** A machine's way to its login prompt, s. */
const startS = 300;

/** Waits for the login of a golden tree on its console, and logs root in. */
export async function logIn(vm: Vm, host: string): Promise<void> {
  await vm.console(`${host} login:`, { withinS: startS });
  await vm.send('root');
  await vm.console('Password:');
  await vm.send('golden');
  await vm.console('~#', { withinS: 60 });
}

/** Types a command, and fails where it does not succeed. */
export async function typeCommand(vm: Vm, command: string, withinS = 240): Promise<void> {
  await vm.send(`${command} && echo do""ne || echo fai""led`);
  const { groups } = await vm.console(/^(?<end>done|failed)$/m, { withinS });
  if (groups?.end !== 'done') throw new Error(`this did not succeed: ${command}`);
}
