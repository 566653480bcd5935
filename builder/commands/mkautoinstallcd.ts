import { rename, rm, stat } from 'node:fs/promises';
import { architectures, readArchitecture } from '../../common/boot/architectures.ts';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { checkReach, emptyCfg, readGivenCfg } from '../local-cfg.ts';
import { isoPackages, makeIso } from '../media/iso.ts';
import { readServer } from '../media/syslinux.ts';
import { withPackages } from '../media/with-packages.ts';
import { checkSignature } from '../media/secure-boot.ts';
import { fromHere } from './boot-inputs.ts';

type Options = {
  outFile: string;
  arch?: string;
  config?: string;
  append: string;
  server?: string;
  secureBoot?: boolean;
  dryRun?: boolean;
};

/** `systemimager mkautoinstallcd`: a CD that starts BOEL. */
export const mkautoinstallcdCommand: CliCommand = {
  name: 'mkautoinstallcd',
  summary: 'make a CD that boots the installer by BIOS, UEFI and Secure Boot; the same file boots from a USB stick',
  examples: [
    'mkautoinstallcd -out-file boel.iso -server 10.0.0.1',
    'mkautoinstallcd -out-file boel.iso -config local.cfg -append nomodeset',
    'mkautoinstallcd -out-file boel-arm64.iso -arch arm64',
  ],
  declare(command, context) {
    command
      .requiredOption('--out-file <file>', 'ISO image to write')
      .option('--arch <name>', `architecture of the machines: ${architectures.join(' or ')} (default: as this machine)`)
      .option('--config <file>', 'local.cfg for the CD (default: a local.cfg without settings, to fill in)')
      .option('--server <address>', 'image server, such as 10.0.0.1 or 10.0.0.1:8080 (default: local.cfg, else DHCP)')
      .option('--append <words>', 'more words for the kernel command line of BOEL', '')
      .option('--secure-boot', 'for machines with Secure Boot: stop if the kernel is not signed')
      .option('--dry-run', 'check local.cfg, and write nothing')
      .action(async (options: Options) => make(context, options));
  },
};

async function make(context: CliContext, options: Options): Promise<void> {
  const { io, root } = context;
  const to = fromHere(options.outFile);
  const arch = readArchitecture(options.arch);
  const { server, httpPort } = readServer(options.server);
  const cfg = options.config === undefined ? emptyCfg : await readGivenCfg(fromHere(options.config), sayLine);
  checkReach(cfg, server);
  if (options.dryRun) return context.print(`would make a CD for ${arch}: ${to}`);

  const boot = under(root, 'var/lib/systemimager/boot', arch);
  if ((await io.lstat(under(boot, 'initrd.img'))) === undefined)
    throw new UserError(`there is no kernel and no initrd in ${boot}`, `Run: systemimager build boot --arch ${arch}`);
  await checkSignature(boot, options.secureBoot ?? false, sayLine);
  const inputs = { arch, server, httpPort, append: options.append, localCfg: cfg.content, boot };
  const needed = { arch, packages: isoPackages[arch], programs: { mformat: 'mtools', xorriso: 'xorriso' } };
  const temporary: AbsPath = `${to}.${process.pid}.tmp`;
  try {
    await withPackages(context, needed, (build, library) => makeIso(build, library, inputs, temporary));
    await rename(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
  context.print(`${to}: ${((await stat(to)).size / 1024 ** 2).toFixed(1)} MiB`);
  context.print(`Image server: ${cfg.values.IMAGESERVER ?? server ?? 'as DHCP says'}`);
}
