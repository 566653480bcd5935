import type { Architecture } from '../../common/boot/architectures.ts';
import { rescueWord } from '../../common/boot/command-line.ts';
import { ipxeFiles, signedFiles } from '../../common/boot/firmware-files.ts';
import { bootedCard, grubScript } from '../../common/boot/grub-script.ts';
import { defaultPorts } from '../../common/model/settings.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { ipxeWords } from '../../common/templates/languages.ts';
import type { Library } from '../packages/library.ts';
import { type MediumFile, sumsOf } from './staging.ts';
import { bootLabels, kernelWords, type MediumServer, rescueLabel, syslinuxFiles } from './syslinux.ts';

type BootWords = MediumServer & { server: string };

/** `net` asks the image server whether the machine installs itself; `install` does not ask. */
export const defaultLabels = ['net', 'install'] as const;
export type DefaultLabel = (typeof defaultLabels)[number];

/** What the folder for a TFTP and HTTP server is made from. */
export type BootServerInputs = BootWords & {
  folder: AbsPath;
  localCfg: Uint8Array;
  /** What a machine does where nobody presses a key. */
  byDefault: DefaultLabel;
  /** boot/ARCH of each architecture that `build boot` has built. */
  built: readonly { arch: Architecture; folder: AbsPath }[];
};

/** Debian's packages of these files. */
export const bootServerPackages = ['syslinux-common', 'ipxe', 'pxelinux'] as const;

/** medium.cfg of PXELINUX: files come from the TFTP server itself. IPAPPEND 2 adds BOOTIF (SYSLINUX 6, doc/syslinux.txt). */
export function pxeMenu(words: BootWords, byDefault: DefaultLabel): string {
  const head = `# The labels of PXELINUX. With net, the image server says what a machine boots.\nDEFAULT ${byDefault}\n`;
  const kernel = kernelWords(words);
  return (
    head +
    bootLabels([{ name: 'install', about: 'install this machine', words: kernel }, rescueLabel(kernel)], ['IPAPPEND 2'])
  );
}

/**
 * boot.ipxe for iPXE: asks the image server, or does not ask. Without an answer for five minutes, the firmware goes on: nobody knows
 * whether the machine is installed already.
 */
export function bootIpxe(wish: BootWords, byDefault: DefaultLabel): string {
  const { server, httpPort = defaultPorts.http } = wish;
  const words = ipxeWords(kernelWords(wish));
  const asks = `set t:int32 0
:ask
clear answer
chain --autofree http://${server}:${httpPort}/boot.ipxe?medium=yes&arch=\${arch}&mac=\${netX/mac:hexhyp} ||
isset \${answer} && goto answered ||
inc t
iseq \${t} 30 && exit 1 ||
echo No answer from the image server. Trying again in 10 s.
sleep 10
goto ask
:answered
iseq \${answer} install && goto boel ||
iseq \${answer} rescue || exit 1
set action ${rescueWord}
:boel
`;
  return `#!ipxe
cpuid --ext 29 && set arch amd64 || set arch i386
iseq \${buildarch} x86_64 && set arch amd64 ||
iseq \${buildarch} arm64 && set arch arm64 ||
${byDefault === 'net' ? asks : ''}imgfree
kernel boot/\${arch}/kernel initrd=initrd.img BOOTIF=01-\${netX/mac:hexhyp} \${action} ${words}
initrd --name initrd.img boot/\${arch}/initrd.img
boot
`;
}

/** Fills a folder with what firmware of every kind loads by TFTP or HTTP. Other files in the folder stay. */
export async function planBootServer(library: Library, inputs: BootServerInputs): Promise<Step[]> {
  const { folder, server, httpPort = defaultPorts.http, append, built, byDefault } = inputs;
  const [common, ipxe, pxelinux] = await Promise.all(bootServerPackages.map((name) => library.open(name)));
  if (!common || !ipxe || !pxelinux) throw new Error('no SYSLINUX');
  const rsyncPort = defaultPorts.rsync;
  const grub = await grubScript(
    byDefault === 'install'
      ? { boot: 'install', why: 'mkbootserver --default install', mac: bootedCard }
      : { boot: 'local', why: 'grub cannot ask the image server', mac: bootedCard },
    { address: server, httpPort, rsyncPort, append },
    'systemimager mkbootserver',
  );
  const files: MediumFile[] = [
    ...(await syslinuxFiles(library, inputs)),
    { name: 'pxelinux.0', from: under(pxelinux.root, '/usr/lib/PXELINUX/pxelinux.0') },
    { name: 'ldlinux.c32', from: under(common.root, '/usr/lib/syslinux/modules/bios/ldlinux.c32') },
    { name: 'pxelinux.cfg/default', content: 'INCLUDE syslinux.cfg\n' },
    { name: 'medium.cfg', content: pxeMenu(inputs, byDefault) },
    { name: 'local.cfg', content: inputs.localCfg },
    { name: 'boot.ipxe', content: bootIpxe(inputs, byDefault) },
    ...ipxeFiles
      .filter((name) => ipxe.files.has(under('/usr/lib/ipxe', name)))
      .map((name) => ({ name, from: under(ipxe.root, '/usr/lib/ipxe', name) })),
    { name: 'grub/grub.cfg', content: grub },
    ...built.flatMap(({ arch, folder: from }) => [
      ...['kernel', 'initrd.img'].map((name) => ({ name: `boot/${arch}/${name}`, from: under(from, name) })),
      ...Object.entries(signedFiles)
        .filter(([, one]) => one.arch === arch)
        .map(([name, one]) => ({ name, from: under(from, 'grub', one.from) })),
    ]),
  ];
  files.push(await sumsOf(files));
  const folders = new Set(files.map(({ name }) => under(folder, name, '..')));
  return [
    ...[...folders].map((at): Step => ({ why: `Make ${at}`, kind: 'mkdir', at: here(at), mode: 0o755 })),
    ...files.map((one): Step => {
      const at = here(under(folder, one.name));
      return 'content' in one
        ? { why: `Write ${one.name}`, kind: 'write', at, content: String(one.content), mode: 0o644 }
        : { why: `Copy ${one.name}`, kind: 'copy', from: here('from' in one ? one.from : one.made), to: at };
    }),
  ];
}
