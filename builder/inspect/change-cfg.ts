import { createHash } from 'node:crypto';
import fs, { type FileHandle } from 'node:fs/promises';
import { readFat } from '../../common/media/fat.ts';
import { readGpt } from '../../common/media/gpt.ts';
import { findIsoSettings, isoPatches } from '../../common/media/iso-settings.ts';
import { readIso } from '../../common/media/iso9660.ts';
import { partOf, type ReadAt, readStored, type StoredFile } from '../../common/media/stored.ts';
import { sumsName } from '../../common/media/sums.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { probeUse } from '../../machine/use.ts';
import type { CliContext } from '../../common/cli.ts';
import { checkPrograms } from '../host-packages.ts';
import { checkReach, type GivenCfg } from '../local-cfg.ts';
import { readHandle } from '../media/read-handle.ts';
import { temporaryFolder } from '../media/staging.ts';
import { runOrFail } from '../run.ts';
import { inspect } from './inspect.ts';

/**
 * Puts another local.cfg on a finished medium. The medium is checked first, and stays as it is where anything is wrong with the
 * medium or with local.cfg.
 */
export async function changeCfg(
  context: CliContext,
  at: AbsPath,
  cfg: GivenCfg,
  { dryRun = false }: { dryRun?: boolean },
): Promise<void> {
  const report = await inspect(at, { signal: context.signal, say: sayLine });
  if (report.isOurs !== true || report.starts.length === 0)
    throw new UserError(
      `${at} is ${report.what}`,
      'A local.cfg can be changed on a floppy, a CD or a stick of systemimager.',
    );
  if (report.kind === 'boot server folder')
    throw new UserError(`${at} is a folder`, 'Run mkbootserver again with --config, which also changes the sums.');
  const harm = report.problems.filter((problem) => !problem.includes('local.cfg'));
  if (harm[0] !== undefined) throw new UserError(`${at}: ${harm[0]}`, 'Make the medium again.');
  if (report.images.length === 0) checkReach(cfg, report.namedServer);
  await checkUnused(context, at);
  await using file = await fs.open(at, dryRun ? 'r' : 'r+').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${at} cannot be written: ${error.message}`, 'Name a file that you may write, or become root.');
  });
  const read = readHandle(file);
  if (await readIso(read)) {
    const patches = isoPatches(await findIsoSettings(read), cfg.content);
    if (dryRun) return;
    for (const { offset, bytes } of patches) await file.write(bytes, 0, bytes.length, offset);
    return file.sync();
  }
  await changeOnFat(context, at, file, cfg, dryRun);
}

async function checkUnused({ io }: CliContext, at: AbsPath): Promise<void> {
  if (!(await fs.stat(at)).isBlockDevice()) return;
  const { mounts, swaps, holders } = await probeUse(io, await fs.realpath(at));
  const uses = [...mounts.map((one) => one.dir), ...swaps, ...holders.map((one) => one.name)];
  if (uses.length > 0) throw new UserError(`${at} is in use: ${uses.join(', ')}`, `Unmount what lies on ${at} first.`);
}

/** The FAT with local.cfg on a floppy or a stick. */
async function findFat(read: ReadAt): Promise<{ base: number; fat: NonNullable<Awaited<ReturnType<typeof readFat>>> }> {
  const gpt = await readGpt(read);
  const bases = gpt ? gpt.partitions.map(({ first }) => first * gpt.sectorBytes) : [0];
  for (const base of bases) {
    const fat = await readFat(read, base);
    // Not local.cfg: a power cut during an earlier change may have taken it away.
    if (fat?.files.has('medium.cfg')) return { base, fat };
  }
  throw new UserError('the medium has no FAT for local.cfg', 'Make the medium again.');
}

/** Replaces local.cfg by mtools(1), which writes FAT without a mount, and then its sum where the sum lies. */
async function changeOnFat(
  context: CliContext,
  at: AbsPath,
  file: FileHandle,
  { content }: GivenCfg,
  dryRun: boolean,
): Promise<void> {
  const read = readHandle(file);
  const { base, fat } = await findFat(read);
  const [old, list] = [fat.files.get('local.cfg'), fat.files.get(sumsName)];
  const clusters = (bytes: number) => Math.ceil(bytes / fat.clusterBytes) * fat.clusterBytes;
  const room = fat.freeBytes + clusters(old?.bytes ?? 0);
  if (clusters(content.length) > room)
    throw new UserError(
      `local.cfg has ${content.length} bytes, and the medium has room for ${room}`,
      'Shorten local.cfg.',
    );
  await checkPrograms({ mcopy: 'mtools' });
  if (dryRun) return;
  await using work = await temporaryFolder();
  const from = under(work.path, 'local.cfg');
  await fs.writeFile(from, content);
  const argv = ['mcopy', '-o', '-i', `${at}@@${base}`, from, '::/'] as const;
  const env = { TZ: 'UTC', MTOOLSRC: '/dev/null' };
  await runOrFail({ ...context, say: () => {} }, { argv: [...argv], env }, `Writing local.cfg to ${at}`);
  if (list) await changeSum(file, list, createHash('sha256').update(content).digest('hex'));
}

/** Writes the sum of local.cfg over the old one, so that SHA256SUMS never is away. */
async function changeSum(file: FileHandle, list: StoredFile, sum: string): Promise<void> {
  const text = String(await readStored(readHandle(file), list, 1024 ** 2));
  const line = /^[0-9a-f]{64}(?= [ *]local\.cfg$)/m.exec(text);
  if (!line) return;
  let done = 0;
  for (const { offset, bytes } of partOf(list, Buffer.byteLength(text.slice(0, line.index)), sum.length).extents) {
    await file.write(Buffer.from(sum), done, bytes, offset);
    done += bytes;
  }
  await file.sync();
}
