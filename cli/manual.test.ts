import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { CliCommand } from '../common/cli.ts';
import { idleContext } from '../test/helpers/cli-context.ts';
import { allCommands } from './commands.ts';
import { bashCompletion } from './completion/bash.ts';
import { declaredCommands } from './declared.ts';
import { overviewPage } from './man/overview.ts';
import { commandPage } from './man/page.ts';
import { paragraphs } from './man/roff.ts';

const commands = await allCommands();

const context = idleContext();
const common = { version: '6', classic: new Set(['getimage']) };
const sample: CliCommand = {
  name: 'getimage',
  summary: 'pull an image',
  examples: ['getimage -image web'],
  declare: (command: Command) =>
    void command
      .argument('[words...]', 'more words')
      .requiredOption('--image <name>', 'the image’s name')
      .option('--dhcp [mode]', '.hidden from nobody')
      .addHelpText('after', '\nA paragraph.\n\n  as it is\n'),
};
const pageOf = (cli: CliCommand) => {
  const [declared] = declaredCommands([cli], context);
  if (!declared) throw new Error('no command');
  return commandPage(declared, common);
};

describe('a page of the manual', () => {
  it('is made from the declaration', () => {
    const { file, text } = pageOf(sample);
    expect(file).toBe('getimage.8');
    expect(text).toContain(
      '.TH "GETIMAGE" "8" "" "SystemImager 6" "SystemImager"\n.SH NAME\ngetimage \\- pull an image\n',
    );
    expect(text).toContain('.B getimage\n\\fB\\-\\-image\\fR \\fIname\\fR [\\fIoptions\\fR] [\\fIwords\\fR ...]\n');
    expect(text).toContain('.TP\n\\fB\\-\\-image\\fR \\fIname\\fR\nthe image\\[u2019]s name\n');
    expect(text).toContain('\\fB\\-\\-dhcp\\fR [\\fImode\\fR]\n\\&.hidden from nobody\n');
    expect(text).toContain('.PP\nA paragraph.\n');
    expect(text).toContain('.nf\nas it is\n.fi');
    expect(text).toContain('.nf\ngetimage \\-image web\n.fi');
  });
  it('of a command without a name of its own is that of the program and its word', () => {
    const { file, text } = pageOf({ ...sample, name: 'build boot', examples: ['build boot --x'] });
    expect(file).toBe('systemimager-build-boot.8');
    expect(text).toContain('.B systemimager build boot\n');
    expect(text).toContain('\nsystemimager build boot \\-\\-x\n');
  });
  it.each(['.SH x', "'br", '\\fBx', 'a\n.so /etc/passwd'])('takes %j for text', (text) => {
    expect(paragraphs(text).split('\n').slice(1).join('\n')).not.toMatch(/^[.']|\\f/m);
  });
});

describe('every command', () => {
  const all = declaredCommands(commands, context);
  it.each(all.map((one) => [one.cli.name, one] as const))('%s has a page', (_, declared) => {
    const { text } = commandPage(declared, common);
    expect(text).not.toMatch(/undefined|\[object|default: \[\]/);
    expect(text.split('\n').filter((line) => /^\.(?!TH|SH|B |BR|PP|TP|RS|RE|nf|fi)/.test(line))).toEqual([]);
  });
  it('is on the page that lists them, and hidden ones are not', () => {
    const { text } = overviewPage(all, common);
    expect(text).toContain('\\fBsystemimager\\-build\\-boot\\fR(8)\n');
    expect(text).toContain('\\fBgetimage\\fR(8)\n');
    expect(all.map(({ cli }) => cli.name)).not.toContain('man');
  });
  it('completes its flags, and what follows them', () => {
    const text = bashCompletion(all, common.classic);
    expect(text).toMatch(
      /'getimage'\)\n\t\tflags='--golden-client --image .*' values='.*--image=images .*--update-script=words:yes,no/,
    );
    expect(text).toMatch(/'explain'\)\n.*argument='machines'/);
    expect(text).toContain("build) COMPREPLY=($(compgen -W 'boot kernel client'");
    expect(text).toContain('complete -F _systemimager systemimager getimage\n');
  });
});
