import { type Command, Option } from 'commander';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import { confirm } from '../../common/answers.ts';
import { serverPaths } from '../config/paths.ts';
import { factsReader, imageDir } from '../images/facts.ts';
import { lockImage } from '../images/lock.ts';
import { defaultLayout } from '../scripts/default-layout.ts';
import { readGolden } from '../scripts/golden.ts';
import { goldenLayout, goldenMountDirs } from '../scripts/golden-layout.ts';
import {
  type Ending,
  endings,
  endingWords,
  type IpAssignment,
  ipAssignments,
  ipAssignmentWords,
} from '../../common/model/script.ts';
import { masterScript } from '../scripts/master.ts';

type Options = {
  image: string;
  ipAssignment: IpAssignment;
  postInstall: Ending;
  force?: boolean;
  dryRun?: boolean;
};

const defaultRemark = 'The image has no record of the disks of a golden client, so this is a default layout.';

/** The script's text for an image as it lies on this server. */
async function scriptFor(context: CliContext, options: Options): Promise<string> {
  const { io, root, signal } = context;
  const paths = serverPaths(root);
  const { at } = await imageDir(io, paths, options.image);
  const facts = factsReader(io, paths, { say: (line) => context.print(line), remembers: !options.dryRun, signal });
  const golden = await readGolden(io, at);
  const fstab = `${at}/etc/fstab`;
  const wish = { image: options.image, fstab, ip: options.ipAssignment, afterwards: options.postInstall };
  if (golden.disks.length > 0 || (golden.unreadable ?? []).length > 0) {
    const found = goldenLayout(golden, await facts(options.image, goldenMountDirs(golden)));
    for (const remark of found.remarks) context.print(remark);
    return masterScript({ ...wish, ...found });
  }
  context.print(
    `${at}/etc/systemimager/partitionschemes is missing: writing a default layout, GPT with ext4 on /dev/sda`,
  );
  const layout = defaultLayout(await facts(options.image, ['/']), golden.fstab);
  return masterScript({ ...wish, layout, remarks: [defaultRemark] });
}

/** Asks, on a terminal, whether a script that differs may be replaced. */
async function mayReplace(context: CliContext, at: AbsPath, options: Options): Promise<boolean> {
  if (options.force || options.dryRun) return true;
  if (!context.isTerminal)
    throw new UserError(
      `${at} is there already and differs`,
      'Say --force to replace it; what was there is kept as a numbered backup.',
    );
  const answer = await confirm({
    message: `${at} is there already and differs. Replace it? A backup is kept.`,
    initialValue: false,
  });
  return answer === true;
}

/** Writes an image's script; a different one is backed up and replaced with `force` or consent. The caller holds the lock. */
export async function writeScript(context: CliContext, options: Options): Promise<void> {
  const at = under(serverPaths(context.root).scripts, `${options.image}.master`);
  const content = await scriptFor(context, options);
  const before = await context.io.readText(at);
  if (before === content) return context.print(`${at} is up to date`);
  if (before !== undefined && !(await mayReplace(context, at, options))) return context.print(`${at} stays as it is`);
  const scripts = here(serverPaths(context.root).scripts);
  const write = { kind: 'write', at: here(at), content, mode: 0o644, backup: true } as const;
  await context.carryOut(
    [
      { why: 'Make the folder of scripts', kind: 'mkdir', at: scripts },
      { why: `Write the script that installs ${options.image}`, ...write },
    ],
    options,
  );
  if (!options.dryRun) context.print(`${at}: read and edit this script, then have machines install by it: addclients`);
}

/** Writes the autoinstall script of an image. */
export const mkautoinstallscriptCommand: CliCommand = {
  name: 'mkautoinstallscript',
  summary: 'write the autoinstall script of an image',
  examples: ['mkautoinstallscript --image web_v1 --ip-assignment dhcp --post-install reboot'],
  declare(command: Command, context: CliContext) {
    command
      .requiredOption('--image <name>', 'name of the image')
      .addOption(
        new Option('--ip-assignment <how>', ipAssignmentWords)
          .choices(ipAssignments)
          .default('dhcp' satisfies IpAssignment),
      )
      .addOption(new Option('--post-install <what>', endingWords).choices(endings).default('reboot' satisfies Ending))
      .option('--force', 'replace a script that differs; the old script is kept as a numbered backup')
      .option('--dry-run', 'print the steps, and change nothing')
      .action(async (options: Options) => {
        await using held = new AsyncDisposableStack();
        if (!options.dryRun) held.use(await lockImage(context.io, serverPaths(context.root), options.image));
        await writeScript(context, options);
      });
  },
};
