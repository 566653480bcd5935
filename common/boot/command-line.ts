import { defaultPorts } from '../model/settings.ts';

/** What a machine boots with BOEL, as the end of a sentence about the machine. */
export const boelWords = { install: 'the installer', rescue: 'a rescue shell' } as const;

/** How the machine reaches this server. */
export type BootServer = { address: string; httpPort: number; rsyncPort: number; append: string };

/** The words of BOEL's kernel command line for the machine with this MAC. */
export function boelCommandLine(mac: string, action: 'install' | 'rescue', server: BootServer): string[] {
  return [
    `systemimager.default.IMAGESERVER=${server.address}`,
    ...(server.httpPort === defaultPorts.http ? [] : [`systemimager.default.HTTPPORT=${server.httpPort}`]),
    ...(server.rsyncPort === defaultPorts.rsync ? [] : [`systemimager.default.RSYNCPORT=${server.rsyncPort}`]),
    ...(action === 'rescue' ? ['systemimager.ACTION=shell'] : []),
    // The form of PXELINUX's ipappend 2: the ARP hardware type (1 is Ethernet) before the address.
    `BOOTIF=01-${mac.replaceAll(':', '-')}`,
    'console=tty0',
    'console=ttyS0,115200',
    'rootfstype=ramfs',
    ...server.append.split(/\s+/).filter(Boolean),
  ];
}
