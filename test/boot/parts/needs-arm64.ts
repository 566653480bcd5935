import { access } from 'node:fs/promises';
import { foreignPrograms } from '../../assets/foreign-programs.ts';
import { emulators } from '../../../vm/qemu/argv.ts';
import { uefiOf } from '../../../vm/qemu/firmware.ts';
import type { RowContext } from '../harness/row.ts';

/** Files of this machine that only rows with arm64 need, and the package of each; `make test-all` installs these packages. */
const needed: Record<string, string> = {
  [`/usr/bin/${emulators.arm64.program}`]: emulators.arm64.package,
  [uefiOf({ arch: 'arm64' }).code]: uefiOf({ arch: 'arm64' }).package,
  '/usr/bin/aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu',
  [foreignPrograms.file('arm64')]: foreignPrograms.package,
};

/** Ends the row as not run if this machine lacks what arm64 needs. */
export async function needsArm64(test: RowContext): Promise<void> {
  const missing: string[] = [];
  for (const [file, name] of Object.entries(needed)) if (!(await exists(file))) missing.push(name);
  if (missing.length > 0) test.skip(`arm64 needs: apt-get install --no-install-recommends ${missing.join(' ')}`);
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
