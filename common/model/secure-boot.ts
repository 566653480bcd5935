import { z } from 'zod';
import { visible } from '../system/visible.ts';

/** Firmware has a handful of certificates; a name has at most 64 characters (RFC 5280, ub-common-name). */
const mostNames = 64;
const Text = z
  .string()
  .overwrite((text) => visible(text).slice(0, 200))
  .max(200);

/** What UEFI firmware says of Secure Boot: whether it is on, and the names of the certificates in `db`. */
export const SecureBoot = z.object({
  enforced: z.boolean(),
  trusts: z.array(Text).max(mostNames),
  /** Why the certificates are not known. */
  problem: Text.optional(),
});
export type SecureBoot = z.infer<typeof SecureBoot>;

/** The facts in a line for people. */
export function secureBootWords({ enforced, trusts, problem }: SecureBoot): string {
  const trusted =
    trusts.length === 0 ? 'the firmware trusts no certificate' : `the firmware trusts ${trusts.join(', ')}`;
  return `${enforced ? 'on' : 'off'}; ${problem ?? trusted}`;
}
