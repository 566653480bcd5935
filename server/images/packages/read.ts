import { UserError } from '../../../common/system/errors.ts';
import { type Inside, inside } from '../../../common/system/inside.ts';
import type { Argv, Io } from '../../../common/system/io.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';
import { type Packages, parseDpkgStatus } from './dpkg.ts';
import { parseRpmList, rpmDatabases, rpmFolders, rpmFormat } from './rpm.ts';

/** The packages of an image; `notes` tells which database could not be read, and why. */
export type Installed = { packages: Packages; notes: string[] };

/** Reads the databases of dpkg and rpm in an image. `scratch` is a folder to be made, for a copy of rpm's. */
export async function readPackages(io: Io, image: AbsPath, scratch: AbsPath, signal?: AbortSignal): Promise<Installed> {
  const tree = inside(io, image);
  const packages = await readDpkg(tree);
  const rpm = await readRpm(io, image, scratch, signal);
  for (const [name, version] of rpm.packages) packages.set(name, version);
  const notes =
    packages.size === 0 && rpm.notes.length === 0 ? ['the image has no database of dpkg or rpm'] : rpm.notes;
  return { packages, notes };
}

async function readDpkg(tree: Inside): Promise<Packages> {
  const packages = parseDpkgStatus((await tree.readText('/var/lib/dpkg/status')) ?? '');
  // Images without a package manager keep a file for each package (distroless).
  const folder: AbsPath = '/var/lib/dpkg/status.d';
  for (const name of (await tree.list(folder)) ?? [])
    if (!name.endsWith('.md5sums')) parseDpkgStatus((await tree.readText(under(folder, name))) ?? '', packages);
  return packages;
}

/** Databases of ten thousand packages are smaller. */
const mostDatabaseBytes = 2 * 1024 ** 3;
/** A damaged database must not hold up the command. */
const limitMs = 120_000;

async function readRpm(io: Io, image: AbsPath, scratch: AbsPath, signal?: AbortSignal): Promise<Installed> {
  const tree = inside(io, image);
  const database = await tree.firstOf(rpmFolders.flatMap((dir) => rpmDatabases.map((file) => under(dir, file))));
  if (database === undefined) return { packages: new Map(), notes: [] };
  const none = (why: string) => ({
    packages: new Map(),
    notes: [`the rpm database of the image was not read: ${why}`],
  });
  // Even a query may write to a database (sqlite's shared memory), so rpm gets a copy of the plain files.
  const folder = under(database, '..');
  await io.mkdir(scratch);
  for (const name of (await tree.list(folder)) ?? []) {
    const facts = await tree.lstat(under(folder, name));
    if (facts?.kind !== 'file') continue;
    if (facts.sizeBytes > mostDatabaseBytes) return none(`${under(folder, name)} has ${facts.sizeBytes} bytes`);
    await io.copy({ root: image, path: under(folder, name) }, under(scratch, name));
  }
  try {
    const argv: Argv = ['rpm', '--dbpath', scratch, '-qa', '--queryformat', rpmFormat];
    const exit = await io.run({ argv, limitMs }, signal ? { signal } : {});
    signal?.throwIfAborted();
    if (exit.code !== 0) return none(exit.stderr.trim().split('\n').at(-1) ?? `rpm exited ${exit.code}`);
    const packages = parseRpmList(exit.stdout);
    return packages.size > 0 ? { packages, notes: [] } : none(`rpm finds no package in ${database}`);
  } catch (error) {
    if (error instanceof UserError) return none('the program rpm is not installed here');
    throw error;
  }
}
