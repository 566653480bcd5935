import { cmdlineSettings } from '../../common/model/cmdline.ts';
import { offlineFolder } from '../../common/model/medium.ts';
import { parseSums, sumsName } from '../../common/media/sums.ts';
import { UserError } from '../../common/system/errors.ts';
import { checkCfg, checkReach } from '../local-cfg.ts';
import { initrdFacts, kernelFacts } from './boot-parts.ts';
import { biosStart, grubStart, ipxeStart, type Start } from './menus.ts';
import type { Report } from './report.ts';
import { textIn, type Volume } from './volume.ts';

/** Compares the files of a volume with its SHA256SUMS. local.cfg may change where people change files. */
export async function checkSums(report: Report, volume: Volume, signal: AbortSignal): Promise<void> {
  const text = await textIn(volume, sumsName);
  if (text === undefined)
    return void report.notes.push(`${volume.name} has no ${sumsName}: nobody can say whether it is whole`);
  const sums = parseSums(text);
  if (sums.size === 0) report.problems.push(`${sumsName} on ${volume.name} lists no sums`);
  for (const [name, sum] of sums) {
    const found = await volume.sum(name, signal);
    if (found === sum) report.goodFiles += 1;
    else if (found === undefined) report.problems.push(`${name} is missing on ${volume.name}`);
    else if (name === 'local.cfg' && volume.isWritable)
      report.notes.push('local.cfg was changed by hand after the medium was made');
    else report.problems.push(`${name} on ${volume.name} has another sum than ${sumsName} lists: it is damaged`);
  }
  const others = [...volume.files.keys()].filter((name) => name !== sumsName && !sums.has(name));
  if (others.length > 0)
    report.notes.push(`${others.length} more files lie on ${volume.name}: ${others.slice(0, 4).join(', ')}`);
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

/** An image on a medium; a large one goes on in NAME.pack.1 and so on. */
const imagePack = new RegExp(`^${offlineFolder}/images/([^/]+)\\.pack$`);

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
    checkReach(cfg, report.server?.address);
    const { IMAGESERVER, HOSTNAME, IPADDR } = cfg.values;
    if (IMAGESERVER) report.server = { address: IMAGESERVER, from: 'local.cfg' };
    if (HOSTNAME || IPADDR) report.forWhom = [HOSTNAME, IPADDR && `(${IPADDR})`].filter(Boolean).join(' ');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    report.problems.push(error.message);
  }
}
