import { chmod, rename, rm, stat } from 'node:fs/promises';
import { architectures, readArchitecture } from '../../common/boot/architectures.ts';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { checkReach, emptyCfg, readGivenCfg } from '../local-cfg.ts';
import { exportMode } from '../../server/images/archive/plan-export.ts';
import { isoPackages, makeIso } from '../media/iso.ts';
import { checkImages } from '../media/offline.ts';
import { packedImages } from '../media/packed-images.ts';
import { readServer } from '../media/syslinux.ts';
import { withPackages } from '../media/with-packages.ts';
import { checkSignature } from '../media/secure-boot.ts';
import { bootFolder, fromHere } from './boot-inputs.ts';

type Options = {
  outFile?: string;
  forServe?: boolean;
  arch?: string;
  config?: string;
  append: string;
  server?: string;
  secureBoot?: boolean;
  image?: string[];
  dryRun?: boolean;
};

/** `systemimager mkautoinstallcd`: a CD that starts BOEL. */
export const mkautoinstallcdCommand: CliCommand = {
  name: 'mkautoinstallcd',
  summary: 'make a CD that boots the installer by BIOS, UEFI and Secure Boot; the same file boots from a USB stick',
  examples: [
    'mkautoinstallcd -out-file boel.iso -server 10.0.0.1',
    'mkautoinstallcd -out-file boel.iso -config local.cfg -append nomodeset',
    'mkautoinstallcd -out-file web.iso -image web_v1',
    'mkautoinstallcd -out-file boel-arm64.iso -arch arm64',
    'mkautoinstallcd -for-serve',
  ],
  declare(command, context) {
    command
      .option('--out-file <file>', 'ISO image to write')
      .option(
        '--for-serve',
        'write boot/ARCH/boel.iso of this server: serve gives each machine the ISO with its own local.cfg, at /iso/MAC/boel.iso',
      )
      .option('--arch <name>', `architecture of the machines: ${architectures.join(' or ')} (default: as this machine)`)
      .option('--config <file>', 'local.cfg for the CD (default: a local.cfg without settings, to fill in)')
      .option('--server <address>', 'image server, such as 10.0.0.1 or 10.0.0.1:8080 (default: local.cfg, else DHCP)')
      .option('--image <name...>', 'images to put on the CD, for machines without an image server')
      .option('--append <words>', 'more words for the kernel command line of BOEL', '')
      .option('--secure-boot', 'for machines with Secure Boot: stop if the kernel is not signed')
      .option('--dry-run', 'check local.cfg, the images, kernel and initrd, and write nothing')
      .action(async (options: Options) => make(context, options));
  },
};

/** Where the ISO is written. */
function placeOf({ outFile, forServe, config, image }: Options, boot: AbsPath): AbsPath {
  if ((outFile === undefined) === (forServe !== true))
    throw new UserError('say where the ISO is written', 'Give either --out-file FILE or --for-serve.');
  if (outFile !== undefined) return fromHere(outFile);
  if (config !== undefined)
    throw new UserError(
      '--config is for an ISO of one machine, and serve writes local.cfg for each machine',
      'Take --config away, or give --out-file FILE.',
    );
  if (image !== undefined)
    throw new UserError(
      'an ISO with images holds password hashes, and serve gives its ISO to everybody',
      'Take --image away, or give --out-file FILE.',
    );
  return under(boot, 'boel.iso');
}

async function make(context: CliContext, options: Options): Promise<void> {
  const { io, root } = context;
  const arch = readArchitecture(options.arch);
  const boot = await bootFolder(io, root, arch);
  const to = placeOf(options, boot);
  const { server, httpPort } = readServer(options.server);
  const cfg = options.config === undefined ? emptyCfg : await readGivenCfg(fromHere(options.config), sayLine);
  const names = options.image ?? [];
  if (names.length === 0) checkReach(cfg, server);
  const images = await checkImages(context, names, arch);
  const holds = names.length > 0 ? `, with ${names.join(', ')}` : '';
  await checkSignature(boot, options.secureBoot ?? false, sayLine);
  if (options.dryRun) return context.print(`would make a CD for ${arch}: ${to}${holds}`);

  const inputs = {
    arch,
    server,
    httpPort,
    append: options.append,
    localCfg: cfg.content,
    boot,
    everyTime: options.forServe ?? false,
  };
  const needed = { arch, packages: isoPackages[arch], programs: { mformat: 'mtools', xorriso: 'xorriso' } };
  const temporary: AbsPath = `${to}.${process.pid}.tmp`;
  await using packed = await packedImages(context, images, { folder: under(to, '..'), boot });
  const { offline } = packed;
  try {
    await withPackages(context, needed, (build, library) => makeIso(build, library, { ...inputs, offline }, temporary));
    // Images hold password hashes and host keys.
    if (offline) await chmod(temporary, exportMode);
    // serve's HTTP server is another user.
    if (options.forServe) await chmod(temporary, 0o644);
    await rename(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
  context.print(`${to}: ${((await stat(to)).size / 1024 ** 2).toFixed(1)} MiB${holds}`);
  const named = cfg.values.IMAGESERVER ?? server;
  if (images.length === 0 || named) context.print(`Image server: ${named ?? 'as DHCP says'}`);
}
