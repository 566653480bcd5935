import { type Common, type Declared, type Page, pageName } from './page.ts';
import { bold, italic, item, paragraphs, section, title } from './roff.ts';

/** Files that an administrator may look for; docs/examples shows those that are edited. */
const files: [path: string, what: string][] = [
  ['/etc/systemimager/server.toml', 'networks, ports and DHCP of the image server; the file may be missing'],
  ['/etc/systemimager/groups.toml', 'groups of hosts, for overrides and site scripts'],
  ['/etc/systemimager/capture.d/NN-NAME', 'on a golden client: hooks that run before and after a capture'],
  ['/etc/systemimager/getimage.exclude', 'on a golden client: patterns of files that getimage leaves out'],
  ['/var/lib/systemimager/images/NAME/', 'an image: a plain tree of files'],
  [
    '/var/lib/systemimager/scripts/NAME.master',
    'the autoinstall script of the image NAME; HOST.sh is a link to such a script, or a separate script',
  ],
  [
    '/var/lib/systemimager/overrides/{image,group,host}/NAME/',
    'files that are added to an image or replace its files, in this order',
  ],
  ['/var/lib/systemimager/boot/ARCH/', 'kernel and initrd of the boot environment'],
  ['/var/lib/systemimager/hosts.json', 'names, MACs and addresses of machines'],
  ['/var/lib/systemimager/netboot.json', 'what machines do when they boot from the network'],
  ['/var/lib/systemimager/reports/', 'reports of machines on their installations'],
  ['/var/log/systemimager/', 'logs of the server and of its rsync daemon'],
];

const environment: [name: string, what: string][] = [
  ['SYSTEMIMAGER_ROOT', 'use /etc and /var below this directory, as --root does'],
  ['SYSTEMIMAGER_PASSWORD', 'password for getimage, which prepareclient printed'],
];

const exits: [code: string, what: string][] = [
  ['0', 'success'],
  [
    '1',
    'an error; the message names the fault and the next step. The command changed nothing, or has undone its changes',
  ],
  ['130', 'the command was ended by Ctrl-C or a signal'],
];

/** The page that lists the others. */
export function overviewPage(all: readonly Declared[], { version, classic }: Common): Page {
  const list = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([name, what]) => item(bold(name), what)).join('');
  const name = 'systemimager';
  const text = [
    title(name, version),
    section('NAME'),
    'systemimager \\- take images of golden clients, and install machines from these images\n',
    section('SYNOPSIS'),
    `.B systemimager\n[\\fB\\-\\-root\\fR ${italic('dir')}] ${italic('command')} [\\fIoptions\\fR]\n`,
    section('DESCRIPTION'),
    paragraphs(
      `Set up one machine completely: the golden client. prepareclient and getimage make an image from the files of the golden client.
addclients chooses the machines that install this image. serve is the image server: blank machines boot from the network, and
install the image without a person.

Every command has --help. Every command that changes anything has --dry-run.`,
    ),
    section('COMMANDS'),
    ...all.map(({ cli }) => item(`${bold(pageName(cli, classic))}(8)`, cli.summary)),
    section('FILES'),
    list(files),
    section('ENVIRONMENT'),
    list(environment),
    section('EXIT STATUS'),
    list(exits),
    paragraphs('Some commands answer a question by the exit code; the pages of these commands list the exit codes.'),
  ].join('');
  return { file: `${name}.8`, name, text };
}
