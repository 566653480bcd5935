import { UserError } from '../system/errors.ts';

/** The architectures that BOEL is built for, as Debian names them. */
export const architectures = ['amd64', 'arm64'] as const;
export type Architecture = (typeof architectures)[number];

/** Debian's name for the folder of each architecture's libraries. */
export const triplets: Record<Architecture, string> = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** Node's names of the architectures (process.arch). */
export const nodeNames: Record<Architecture, string> = { amd64: 'x64', arm64: 'arm64' };

/** Debian's name of this machine's architecture, which may be one that BOEL is not built for. */
export const ownArchitecture = (): string => (process.arch === 'x64' ? 'amd64' : process.arch);

/** What --arch names, or the architecture of this machine. */
export function readArchitecture(name = ownArchitecture()): Architecture {
  const found = architectures.find((one) => one === name);
  if (found) return found;
  throw new UserError(`--arch ${name} is not known`, `Give ${architectures.join(' or ')}.`);
}
