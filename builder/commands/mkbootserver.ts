import { Option } from 'commander';
import { architectures } from '../../common/boot/architectures.ts';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { under } from '../../common/system/place.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { emptyCfg, readGivenCfg } from '../local-cfg.ts';
import { bootServerPackages, type DefaultLabel, defaultLabels, planBootServer } from '../media/boot-server.ts';
import { readServer } from '../media/syslinux.ts';
import { withPackages } from '../media/with-packages.ts';
import { checkSignature } from '../media/secure-boot.ts';
import { fromHere } from './boot-inputs.ts';

type Options = {
  directory: string;
  server: string;
  append: string;
  config?: string;
  default: DefaultLabel;
  secureBoot?: boolean;
  dryRun?: boolean;
};

/** `systemimager mkbootserver`: a folder for the TFTP and HTTP server of somebody else. */
export const mkbootserverCommand: CliCommand = {
  name: 'mkbootserver',
  summary: 'fill a folder for a TFTP server that is not serve: PXELINUX, iPXE, signed boot programs, kernel and initrd',
  examples: [
    'mkbootserver -directory /srv/tftp -server 10.0.0.1',
    'mkbootserver -directory /tmp/for-the-router -server 10.0.0.1 -append nomodeset -dry-run',
  ],
  declare(command, context) {
    command
      .requiredOption('--directory <dir>', 'root folder of the TFTP server; other files in the folder stay')
      .requiredOption('--server <address>', 'image server, such as 10.0.0.1 or 10.0.0.1:8080')
      .option('--config <file>', 'local.cfg for all machines that boot by PXELINUX (default: none)')
      .addOption(
        new Option(
          '--default <label>',
          'what a machine does without a key: net asks the image server, install installs',
        )
          .choices(defaultLabels)
          .default('net' satisfies DefaultLabel),
      )
      .option('--append <words>', 'more words for the kernel command line of BOEL', '')
      .option('--secure-boot', 'for machines with Secure Boot: stop if a kernel is not signed')
      .option('--dry-run', 'print the steps, and change nothing')
      .action(async (options: Options) => make(context, options));
  },
};

async function make(context: CliContext, options: Options): Promise<void> {
  const { io, root } = context;
  const folder = fromHere(options.directory);
  const { server = '', httpPort } = readServer(options.server);
  const cfg = options.config === undefined ? emptyCfg : await readGivenCfg(fromHere(options.config), sayLine);
  if (cfg.values.IPADDR || cfg.values.HOSTNAME)
    throw new UserError(
      'local.cfg sets IPADDR or HOSTNAME, and all machines that boot by PXELINUX would get the same',
      'Take IPADDR and HOSTNAME out: addclients gives each machine its own.',
    );
  const all = architectures.map((arch) => ({ arch, folder: under(root, 'var/lib/systemimager/boot', arch) }));
  const have = await Promise.all(all.map((one) => io.lstat(under(one.folder, 'initrd.img'))));
  const built = all.filter((_, at) => have[at] !== undefined);
  if (built.length === 0)
    throw new UserError(`there is no kernel and no initrd in ${all[0]?.folder}`, 'Run: systemimager build boot');
  for (const one of built) await checkSignature(one.folder, options.secureBoot ?? false, sayLine);
  const { append, default: byDefault } = options;
  const inputs = { folder, server, httpPort, append, localCfg: cfg.content, byDefault, built };
  const steps = await withPackages(context, { packages: bootServerPackages, programs: {} }, (_, library) =>
    planBootServer(library, inputs),
  );
  await context.carryOut(steps, options);
  if (options.dryRun) return;
  const put = new Set(steps.flatMap((step) => ('to' in step ? [step.to.path] : 'at' in step ? [step.at.path] : [])));
  context.print(`${folder} is ready. What the DHCP server names as the boot file:`);
  for (const [who, files] of bootFiles) {
    const there = files.filter((name) => put.has(under(folder, name)));
    if (there.length > 0) context.print(`  ${who.padEnd(34)}${there.join(', or ')}`);
  }
  if (built.some(({ arch }) => arch === 'arm64') && !put.has(under(folder, 'ipxe-arm64.efi')))
    context.print('The package ipxe has no ipxe-arm64.efi here (Debian 13 has the file).');
}

/** Boot files by firmware. The folder has those of the architectures that `build boot` has built. */
const bootFiles = [
  ['BIOS', ['pxelinux.0', 'undionly.kpxe']],
  ['UEFI', ['snponly.efi']],
  ['UEFI with Secure Boot', ['shimx64.efi']],
  ['UEFI of arm64', ['ipxe-arm64.efi', 'shimaa64.efi']],
  ['iPXE (user class iPXE)', ['boot.ipxe']],
] as const;
