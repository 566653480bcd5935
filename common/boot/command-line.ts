import { defaultPorts } from '../model/settings.ts';

/** What a machine boots with BOEL, as the end of a sentence about the machine. */
export const boelWords = { install: 'the installer', rescue: 'a rescue shell' } as const;

/** How the machine reaches this server. */
export type BootServer = { address: string; httpPort: number; rsyncPort: number; append: string };

/**
 * The words of BOEL's kernel command line that are the same on every medium. `append`: further words, with blanks between. The kernel
 * passes over consoles that the machine lacks. ttyAMA0 (arm64) keeps the speed that the firmware has set.
 */
export const commonWords = (append: string): string[] => [
  'console=tty0',
  'console=ttyAMA0',
  'console=ttyS0,115200',
  'rootfstype=ramfs',
  ...append.split(/\s+/).filter(Boolean),
];

/** The words that make BOEL open a shell, and install nothing. */
export const rescueWord = 'systemimager.ACTION=shell';

/** The word that names the medium with images, which BOEL looks for by its marker. */
export const mediumWord = (id: string): string => `systemimager.default.MEDIUM=${id}`;

/** The word by which a medium installs each machine once; `isChosen`: a person has chosen this label, so BOEL asks nothing. */
export const onceWord = (id: string, isChosen: boolean): string =>
  `${isChosen ? '' : 'systemimager.default.'}ONCE=${id}`;

/** The words that name the image server, and its ports that are not the usual ones; a medium need not name the server. */
export const serverWords = ({
  address,
  httpPort = defaultPorts.http,
  rsyncPort = defaultPorts.rsync,
}: Partial<BootServer>): string[] => [
  ...(address === undefined ? [] : [`systemimager.default.IMAGESERVER=${address}`]),
  ...(httpPort === defaultPorts.http ? [] : [`systemimager.default.HTTPPORT=${httpPort}`]),
  ...(rsyncPort === defaultPorts.rsync ? [] : [`systemimager.default.RSYNCPORT=${rsyncPort}`]),
];

/** The words of BOEL's kernel command line for the machine with this MAC. */
export function boelCommandLine(mac: string, action: 'install' | 'rescue', server: BootServer): string[] {
  return [
    ...serverWords(server),
    ...(action === 'rescue' ? [rescueWord] : []),
    // The form of PXELINUX's ipappend 2: the ARP hardware type (1 is Ethernet) before the address.
    `BOOTIF=01-${mac.replaceAll(':', '-')}`,
    ...commonWords(server.append),
  ];
}
