import { createHash } from 'node:crypto';
import type { CliContext } from '../../common/cli.ts';
import type { ServerAddress } from '../../common/model/server-address.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here } from '../../common/system/place.ts';
import { bytesOf } from '../../common/system/text.ts';
import type { RunningBoot } from '../../install/boot-entries/running-boot.ts';
import { probeShimTrust } from '../../machine/secure-boot.ts';
import { dropFetched, fileNames, freshFile, planFetch } from './plan-files.ts';
import { checkSignature } from './refuse.ts';
import { boelFiles, type ServerFiles } from './server-files.ts';
import type { Start } from './start.ts';

type Fetch = { server: ServerAddress; files: ServerFiles; folder: AbsPath; settings: string; dryRun: boolean };

/** Fetches kernel and initrd, and looks at them. After a failure, nothing of them is left. */
export async function fetchFiles(
  context: CliContext,
  { server, files, folder, settings, dryRun }: Fetch,
  start: Start,
  machine: RunningBoot,
): Promise<Map<string, string>> {
  const { io } = context;
  const isNew = (await io.lstat(folder)) === undefined;
  try {
    await context.carryOut(planFetch(server, files, folder), { dryRun });
    if (dryRun) return fetchedSums(files, settings);
    return await checked(context, folder, files, settings, start.takesOneInitrd, machine);
  } catch (error) {
    if (!dryRun) await context.carryOut(dropFetched(folder, isNew), { isQuiet: true });
    throw error;
  }
}

const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

const fetchedSums = (files: ServerFiles, settings: string) =>
  new Map([
    [fileNames.kernel, files.sums.kernel],
    [fileNames.initrd, files.sums['initrd.img']],
    [fileNames.settings, sha256(bytesOf(settings))],
  ]);

/** The largest kernel or initrd that is read into memory. */
const limitBytes = 512 * 1024 ** 2;

/** Looks at what has come: the sums of the image server, and a signature that Secure Boot would take. Gives the sums for `--check`. */
async function checked(
  { io }: CliContext,
  folder: AbsPath,
  files: ServerFiles,
  settings: string,
  takesOneInitrd: boolean,
  machine: RunningBoot,
): Promise<Map<string, string>> {
  const bytes = await Promise.all(boelFiles.map((name) => readFetched(io, freshFile(folder, name))));
  for (const [index, name] of boelFiles.entries())
    if (sha256(bytes[index] ?? Buffer.alloc(0)) !== files.sums[name])
      throw new UserError(
        `${name} of the image server is not the file whose sum the image server tells; nothing has been changed`,
        'Perhaps `systemimager build boot` runs there now: try again. Else look at SHA256SUMS in the boot files of the image server.',
      );
  const [kernel = Buffer.alloc(0), initrd = Buffer.alloc(0)] = bytes;
  checkSignature(kernel, machine.secureBoot, await probeShimTrust(io));
  const sums = fetchedSums(files, settings);
  const gap = Buffer.alloc((4 - (initrd.length % 4)) % 4);
  if (takesOneInitrd) sums.set(fileNames.initrd, sha256(initrd, gap, bytesOf(settings)));
  return sums;
}

const readFetched = async (io: ReadIo, at: AbsPath) => (await io.read(here(at), { limitBytes })) ?? Buffer.alloc(0);
