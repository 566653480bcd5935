import { createHash } from 'node:crypto';
import { cmdlineSettings } from '../../common/model/cmdline.ts';
import { parseSums, sumsName } from '../../common/media/sums.ts';
import { UserError } from '../../common/system/errors.ts';
import { checkCfg, checkReach } from '../local-cfg.ts';
import { tellerOf } from '../media/pieces.ts';
import { initrdFacts, kernelFacts } from './boot-parts.ts';
import { frameSums, imagePack } from './frame-sums.ts';
import { biosStart, grubStart, ipxeStart, type Start } from './menus.ts';
import type { Report } from './report.ts';
import { textIn, type Volume } from './volume.ts';

/** Who may stop the reading of a medium, and who hears how far it is. */
export type Reading = { signal: AbortSignal; say: (line: string) => void };

/**
 * Compares the files of a volume with its SHA256SUMS, and the frames of its images with their sums, in one pass. local.cfg may change
 * where people change files.
 */
export async function checkSums(report: Report, volume: Volume, reading: Reading): Promise<void> {
  const text = await textIn(volume, sumsName);
  if (text === undefined) report.notes.push(`${volume.name} has no ${sumsName}: nobody can say whether it is whole`);
  const sums = parseSums(text ?? '');
  if (sums.size === 0 && text !== undefined) report.problems.push(`${sumsName} on ${volume.name} lists no sums`);
  const frames = await frameSums(volume, (problem) => void report.problems.push(problem));
  const names = [...new Set([...sums.keys(), ...frames.keys()])];
  const total = names.reduce((all, name) => all + (volume.files.get(name) ?? 0), 0);
  const tell = tellerOf(reading.say, `Reading ${volume.name}`, total, manyBytes);
  for (const name of names) {
    const sum = sums.get(name);
    const found = await sumOf(volume, name, reading.signal, (bytes) => {
      frames.get(name)?.(bytes);
      tell(bytes.length);
    });
    if (sum === undefined) continue;
    if (found === sum) report.goodFiles += 1;
    else if (found === undefined) report.problems.push(`${name} is missing on ${volume.name}`);
    else if (name === 'local.cfg' && volume.isWritable)
      report.notes.push('local.cfg was changed by hand after the medium was made');
    else report.problems.push(`${name} on ${volume.name} has another sum than ${sumsName} lists: it is damaged`);
  }
  if (text === undefined) return;
  const others = [...volume.files.keys()].filter((name) => name !== sumsName && !sums.has(name));
  if (others.length > 0)
    report.notes.push(`${others.length} more files lie on ${volume.name}: ${others.slice(0, 4).join(', ')}`);
}

/** A medium without images is read in a moment. */
const manyBytes = 256 * 1024 ** 2;

/** The SHA-256 sum of a file in hexadecimal digits; undefined if there is no such file. */
async function sumOf(
  volume: Volume,
  name: string,
  signal: AbortSignal,
  onPiece: (bytes: Uint8Array) => void,
): Promise<string | undefined> {
  const pieces = volume.pieces(name);
  if (!pieces) return undefined;
  const hash = createHash('sha256');
  for await (const piece of pieces) {
    signal.throwIfAborted();
    hash.update(piece);
    onPiece(piece);
  }
  return hash.digest('hex');
}

/** Adds what boots from these volumes, with which words, for whom. `esp`: the volume of the EFI system partition. */
export async function addBoots(report: Report, volumes: readonly Volume[], esp: Volume | undefined): Promise<void> {
  const starts: (Start | undefined)[] = [];
  for (const volume of volumes) starts.push(await biosStart(volume), await ipxeStart(volume));
  const uefi = volumes.find((volume) => volume.files.has('shimx64.efi')) ? 'grub/grub.cfg' : 'EFI/BOOT/grub.cfg';
  const holder = esp ?? volumes.find((volume) => volume.files.has(uefi));
  if (holder) starts.push(await grubStart(holder, uefi));
  report.starts.push(...starts.filter((start) => start !== undefined));
  for (const volume of volumes) await addParts(report, volume);
  await addSettings(report, volumes);
  const [first, ...others] = report.starts.filter(
    ({ label, commandLine }) => label === 'install' && commandLine !== undefined,
  );
  const other = others.find(({ commandLine }) => commandLine !== first?.commandLine);
  if (first && other && report.kind !== 'boot server folder')
    report.problems.push(`${first.by} and ${other.by} give the kernel different words`);
}

async function addParts(report: Report, volume: Volume): Promise<void> {
  report.images.push(...[...volume.files.keys()].flatMap((name) => imagePack.exec(name)?.[1] ?? []).sort());
  const folders = [...volume.files.keys()].flatMap((name) => /^((?:boot\/\w+\/)?)initrd\.img$/.exec(name)?.[1] ?? []);
  for (const at of folders) {
    const [kernelFile, initrdFile] = [await volume.read(`${at}kernel`), await volume.read(`${at}initrd.img`)];
    const kernel = kernelFile && kernelFacts(`${at}kernel`, kernelFile);
    const initrd = initrdFile && (await initrdFacts(initrdFile));
    report.parts.push({ at, kernel, initrd });
    const wrong = kernel ? kernel.wrong : 'is no kernel';
    if (wrong) report.problems.push(`${at}kernel ${wrong}`);
    const bad = initrd ? initrd.wrong : 'is no initrd';
    if (bad) report.problems.push(`${at}initrd.img ${bad}`);
    const [wanted, has] = [initrd?.boel?.kernel, kernel?.version];
    if (wanted !== undefined && has !== undefined && wanted !== has)
      report.problems.push(`${at}kernel is ${has}, and the modules in the initrd are for ${wanted}`);
  }
}

/** The image server that the boot programs of a medium name. */
function serverOf(starts: readonly Start[]): Report['server'] {
  for (const { by, commandLine = '', asks } of starts) {
    const { menu, prompt } = cmdlineSettings(commandLine);
    const named = prompt.IMAGESERVER ?? menu.IMAGESERVER;
    if (named !== undefined) return { address: named, from: `the kernel command line of ${by}` };
    if (asks !== undefined) return { address: asks.replace(/:\d+$/, ''), from: by };
  }
  return undefined;
}

async function addSettings(report: Report, volumes: readonly Volume[]): Promise<void> {
  report.server = serverOf(report.starts);
  report.namedServer = report.server?.address;
  const holder = volumes.find((volume) => volume.files.has('local.cfg'));
  const content = await holder?.read('local.cfg', 1024 ** 2);
  if (!content) return;
  try {
    const cfg = checkCfg(content, 'local.cfg', (line) => void report.notes.push(line));
    report.localCfg = cfg.values;
    // A machine that installs from the medium needs no server.
    if (report.images.length === 0) checkReach(cfg, report.server?.address);
    const { IMAGESERVER, HOSTNAME, IPADDR } = cfg.values;
    if (IMAGESERVER) report.server = { address: IMAGESERVER, from: 'local.cfg' };
    if (HOSTNAME || IPADDR) report.forWhom = [HOSTNAME, IPADDR && `(${IPADDR})`].filter(Boolean).join(' ');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    report.problems.push(error.message);
  }
}
