import { gzipSync } from 'node:zlib';
import { parseFragments, parseKconfig } from '../../../builder/kconfig.ts';
import { configInside, payloadOf } from '../../../builder/kernel/embedded-config.ts';
import { parseDefinitions } from '../../../builder/kernel/source/depends.ts';
import { readKernelImage } from '../../../builder/kernel/kernel-image.ts';
import { readModinfo } from '../../../builder/kernel/modinfo.ts';
import { parseModuleList } from '../../../builder/kernel/patterns.ts';
import { parseDepends, parseStanzas } from '../../../builder/packages/deb822.ts';
import { elfSection, readElf } from '../../../builder/packages/elf.ts';
import { parseListFile, parseSourcesFile } from '../../../builder/packages/sources.ts';
import { ofBytes, ofText } from '../target.ts';
import { elfOf } from './samples.ts';

const bzImage = Buffer.alloc(0x400);
bzImage.writeUInt16LE(0xaa55, 0x1fe);
bzImage.write('HdrS', 0x202);
bzImage.writeUInt16LE(0x20f, 0x206);
bzImage.writeUInt16LE(0x100, 0x20e);
bzImage.writeUInt16LE(0x7f, 0x236);
bzImage.write('6.1.0-56-amd64 (x)', 0x300);

const arm64Image = Buffer.alloc(0x400);
arm64Image.write('ARM\x64', 0x38);
arm64Image.write('Linux version 6.12.9-arm64 (builder) #1 SMP', 0x200);

/** What a build reads: packages, kernels, programs and the administrator's configuration of apt. */
export const builderTargets = [
  ofText('parseStanzas', parseStanzas, [
    'Package: a\nDepends: b (>= 1) | c, d [amd64]\nDescription: x\n more\n\nPackage: b\n',
  ]),
  ofText('parseDepends', parseDepends, ['b (>= 1) | c:any, d [amd64], e']),
  ofText('parseSourcesFile', parseSourcesFile, [
    'Types: deb deb-src\nURIs: http://deb.example.org/debian\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By:\n -----BEGIN\n .\n x\n',
  ]),
  ofText('parseListFile', parseListFile, [
    'deb [arch=amd64 signed-by=/x.gpg] http://deb.example.org/debian bookworm main contrib # x\n# deb-src x\n',
  ]),
  ofText('parseKconfig', parseKconfig, ['CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C="x"\n']),
  ofText('parseFragments', (text) => parseFragments([{ name: 'a.config', text }]), [
    '# a topic\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_A=y\n',
  ]),
  ofText('parseDefinitions', parseDefinitions, [
    'menu "A"\n\tdepends on B && (C || \\\n\tD)\nif E\nconfig F\n\tbool "f"\n\thelp\n\t  if so\nendif\nendmenu\n',
  ]),
  ofText('parseModuleList', (text) => parseModuleList('x', text), [
    'kernel/drivers/net/**\n!kernel/drivers/net/a # no\n',
  ]),
  ofBytes('readElf', (bytes) => readElf(bytes, 'x'), [elfOf()]),
  ofBytes('elfSection', (bytes) => elfSection(bytes, '.modinfo', 'a.ko'), [elfOf()]),
  ofBytes('readModinfo', (bytes) => readModinfo(bytes, 'a.ko'), [elfOf()]),
  ofBytes('readKernelImage', (bytes) => readKernelImage('vmlinuz', bytes, 'amd64'), [bzImage]),
  ofBytes('payloadOf', payloadOf, [bzImage]),
  ofBytes('configInside', configInside, [
    Buffer.concat([Buffer.from('IKCFG_ST'), gzipSync('CONFIG_A=y\n'), Buffer.from('IKCFG_ED')]),
  ]),
  ofBytes('readKernelImage, packed', (bytes) => readKernelImage('Image', bytes, 'arm64'), [gzipSync(arm64Image)]),
];
