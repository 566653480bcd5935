import { type Common, type Declared, type Page, pageName } from './page.ts';
import { bold, italic, item, paragraphs, section, title } from './roff.ts';

/** Files that an administrator may look for; docs/examples shows those that are edited. */
const files: [path: string, what: string][] = [
  ['/etc/systemimager/server.toml', 'networks, ports, DHCP; works without it'],
  ['/etc/systemimager/groups.toml', 'groups of hosts, for overrides and site scripts'],
  ['/etc/systemimager/capture.d/NN-NAME', 'on a golden client: run before and after a capture'],
  ['/etc/systemimager/getimage.exclude', 'on a golden client: what getimage leaves out'],
  ['/var/lib/systemimager/images/NAME/', 'an image: a plain tree of files'],
  [
    '/var/lib/systemimager/scripts/NAME.master',
    'the script that installs it; HOST.sh is a link to one, or a script of its own',
  ],
  ['/var/lib/systemimager/overrides/{image,group,host}/NAME/', 'files that are laid over an image, in this order'],
  ['/var/lib/systemimager/boot/ARCH/', 'kernel and initrd of the boot environment'],
  ['/var/lib/systemimager/hosts.json', 'names, MACs and addresses of machines'],
  ['/var/lib/systemimager/netboot.json', 'what machines do when they boot from the network'],
  ['/var/lib/systemimager/reports/', 'what machines told while they installed themselves'],
  ['/var/log/systemimager/', 'logs of the server and of its rsync daemon'],
];

const environment: [name: string, what: string][] = [
  ['SYSTEMIMAGER_ROOT', 'every absolute path lies below this directory, as by --root'],
  ['SYSTEMIMAGER_PASSWORD', 'for getimage: the password that prepareclient showed'],
];

const exits: [code: string, what: string][] = [
  ['0', 'all is done'],
  ['1', 'an error, which is named with what to do; nothing was begun, or what was begun is undone'],
  ['130', 'ended by Ctrl-C or a signal'],
];

/** The page that lists the others. */
export function overviewPage(all: readonly Declared[], { version, classic }: Common): Page {
  const list = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([name, what]) => item(bold(name), what)).join('');
  const name = 'systemimager';
  const text = [
    title(name, version),
    section('NAME'),
    'systemimager \\- images of golden clients, and machines that install themselves from them\n',
    section('SYNOPSIS'),
    `.B systemimager\n[\\fB\\-\\-root\\fR ${italic('dir')}] ${italic('command')} [\\fIoptions\\fR]\n`,
    section('DESCRIPTION'),
    paragraphs(
      `Get one machine just right, the golden client. prepareclient and getimage take its files as an image, and any number of
blank machines install themselves from it by the network, unattended, as addclients says. serve is the image server.

Every command has --help, and --dry-run where it changes anything.`,
    ),
    section('COMMANDS'),
    ...all.map(({ cli }) => item(`${bold(pageName(cli, classic))}(8)`, cli.summary)),
    section('FILES'),
    list(files),
    section('ENVIRONMENT'),
    list(environment),
    section('EXIT STATUS'),
    list(exits),
    paragraphs('Commands that answer a question by their exit code say so on their own pages.'),
  ].join('');
  return { file: `${name}.8`, name, text };
}
