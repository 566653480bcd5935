import { UserError } from '../../../common/system/errors.ts';
import { type Inside, inside } from '../../../common/system/inside.ts';
import type { Io } from '../../../common/system/io.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';
import { type Packages, parseDpkgStatus } from './dpkg.ts';
import { parseRpmList, rpmDatabases, rpmFolders, rpmFormat } from './rpm.ts';

/** What an image's package managers tell; `notes` says what could not be asked, and why. */
export type Installed = { packages: Packages; notes: string[] };

/** Reads the databases of dpkg and rpm in an image. `scratch` is an empty folder of ours, for a copy of rpm's. */
export async function readPackages(io: Io, image: AbsPath, scratch: AbsPath): Promise<Installed> {
  const tree = inside(io, image);
  const packages = await readDpkg(tree);
  const rpm = await readRpm(io, tree, scratch);
  for (const [name, version] of rpm.packages) packages.set(name, version);
  const notes = packages.size === 0 && rpm.notes.length === 0 ? ['it has no database of dpkg or rpm'] : rpm.notes;
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

async function readRpm(io: Io, tree: Inside, scratch: AbsPath): Promise<Installed> {
  const database = await tree.firstOf(rpmFolders.flatMap((dir) => rpmDatabases.map((file) => under(dir, file))));
  if (database === undefined) return { packages: new Map(), notes: [] };
  // A database that is only read may still be written to (sqlite's shared memory): rpm gets a copy.
  const folder = await tree.real(under(database, '..'));
  const none = (why: string) => ({ packages: new Map(), notes: [`its rpm database was not read: ${why}`] });
  try {
    await io.run({ argv: ['cp', '-rT', '--', folder, scratch] });
    const exit = await io.run({ argv: ['rpm', '--dbpath', scratch, '-qa', '--queryformat', rpmFormat] });
    if (exit.code !== 0) return none(exit.stderr.trim().split('\n').at(-1) ?? `rpm exited ${exit.code}`);
    const packages = parseRpmList(exit.stdout);
    return packages.size > 0 ? { packages, notes: [] } : none(`rpm finds no package in ${database}`);
  } catch (error) {
    if (error instanceof UserError) return none('the program rpm is not installed here');
    throw error;
  }
}
