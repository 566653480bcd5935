import { defaultPorts } from '../../common/model/settings.ts';
import type { View } from '../../common/system/template.ts';
import { ipxeWords } from '../languages.ts';
import { renderNamed } from '../templates.ts';

/** The architectures BOEL is built for, by Debian's names. */
export const bootArchitectures = ['amd64', 'arm64'] as const;
export type BootArchitecture = (typeof bootArchitectures)[number];

/**
 * iPXE for BIOS and for UEFI, as Debian's package ipxe names it. The first two use the firmware's own network driver, which has
 * just proved to work; for arm64 there is only the one with drivers of its own, and only since Debian 13.
 */
export const ipxeFiles = ['undionly.kpxe', 'snponly.efi', 'ipxe-arm64.efi'] as const;
export type IpxeFile = (typeof ipxeFiles)[number];

/** Those without which nobody boots from the network. */
export const neededIpxe: readonly IpxeFile[] = ['undionly.kpxe', 'snponly.efi'];

/** What a machine is told that asks for /boot.ipxe. */
export type BootAnswer =
  | { kind: 'ask' }
  | { kind: 'refuse'; why: string }
  | { kind: 'local'; who: string; why: string }
  | { kind: 'boel'; action: 'install' | 'rescue'; who: string; why: string; mac: string; arch: BootArchitecture };

/** What BOEL is for a machine, as the end of a sentence about it. */
export const boelWords = { install: 'the installer', rescue: 'a rescue shell' } as const;

/** How the machine reaches this server. */
export type BootServer = { address: string; httpPort: number; rsyncPort: number; append: string };

/** The words of BOEL's kernel command line for the machine with this MAC. */
export function bootWords(mac: string, action: 'install' | 'rescue', server: BootServer): string[] {
  return [
    `systemimager.default.IMAGESERVER=${server.address}`,
    ...(server.httpPort === defaultPorts.http ? [] : [`systemimager.default.HTTPPORT=${server.httpPort}`]),
    ...(server.rsyncPort === defaultPorts.rsync ? [] : [`systemimager.default.RSYNCPORT=${server.rsyncPort}`]),
    ...(action === 'rescue' ? ['systemimager.ACTION=shell'] : []),
    // As PXELINUX's ipappend 2 writes it: the ARP hardware type (1 is Ethernet) before the address.
    `BOOTIF=01-${mac.replaceAll(':', '-')}`,
    'console=tty0',
    'console=ttyS0,115200',
    'rootfstype=ramfs',
    ...server.append.split(/\s+/).filter(Boolean),
  ];
}

/** The iPXE script for an answer. */
export function bootScript(answer: BootAnswer, server: BootServer): Promise<string> {
  const base = `http://${server.address}:${server.httpPort}/boot`;
  const nothing: View = { ask: false, local: false, refuse: false, boel: false };
  switch (answer.kind) {
    case 'ask':
      return renderNamed('boot.ipxe', { ...nothing, ask: true });
    case 'refuse':
      return renderNamed('boot.ipxe', { ...nothing, refuse: { why: answer.why } });
    case 'local':
      return renderNamed('boot.ipxe', { ...nothing, local: { why: answer.why, who: answer.who } });
    case 'boel': {
      const folder = `${base}/${answer.arch}`;
      const files = { kernel: `${folder}/kernel`, initrd: `${folder}/initrd.img` };
      const said = { why: answer.why, who: answer.who, what: boelWords[answer.action] };
      const boel = { ...said, ...files, append: ipxeWords(bootWords(answer.mac, answer.action, server)) };
      return renderNamed('boot.ipxe', { ...nothing, boel });
    }
  }
}
