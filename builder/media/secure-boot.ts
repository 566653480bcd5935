import fs from 'node:fs/promises';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { isSigned } from '../kernel/signature.ts';

/**
 * Says that machines with Secure Boot do not start a medium whose kernel nobody has signed; UserError if the medium is for
 * such machines. `boot` is boot/ARCH as `build boot` made it.
 */
export async function checkSignature(
  boot: AbsPath,
  isForSecureBoot: boolean,
  say: (line: string) => void,
): Promise<void> {
  const kernel = under(boot, 'kernel');
  if (isSigned(await fs.readFile(kernel))) return;
  if (isForSecureBoot)
    throw new UserError(
      `${kernel} is not signed, so a machine with Secure Boot does not start it`,
      'Build with a signed kernel: systemimager build boot --kernel debian',
    );
  say(`${kernel} is not signed: machines with Secure Boot do not start this medium.`);
}
