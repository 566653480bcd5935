import { UserError } from '../common/system/errors.ts';
import type { Io } from '../common/system/io.ts';

/** Refuses a window that QEMU could not open. `displays`: what `qemu-system-x86_64 -display help` prints. */
export function checkWindow(env: NodeJS.ProcessEnv, displays: string): void {
  if (!/^gtk$/m.test(displays))
    throw new UserError('QEMU of this computer opens no windows', 'Run: apt-get install qemu-system-gui');
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY)
    throw new UserError(
      '--window needs a desktop, and neither DISPLAY nor WAYLAND_DISPLAY is set',
      'Start the command in a terminal of the desktop, or show the screen by VNC: --vnc :1',
    );
}

/** The displays that QEMU's program of this computer has. */
export async function displaysOf(io: Io, program: string): Promise<string> {
  return (await io.run({ argv: [program, '-display', 'help'], limitMs: 20_000 })).stdout;
}
