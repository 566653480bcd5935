import type { Architecture } from '../../common/boot/architectures.ts';
import { optionPath } from './drives.ts';
import type { Machine } from './machine.ts';

/** UEFI for a machine: the code is read-only and shared, the variables belong to one machine and are copied for it. */
type Uefi = { code: string; vars: string; package: string };

/** The files of Debian's packages ovmf and qemu-efi-aarch64, with Microsoft's keys for Secure Boot. */
const uefi: Record<Architecture, Record<'any' | 'signed', Uefi>> = {
  amd64: {
    any: { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', vars: '/usr/share/OVMF/OVMF_VARS_4M.fd', package: 'ovmf' },
    signed: {
      code: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd',
      vars: '/usr/share/OVMF/OVMF_VARS_4M.ms.fd',
      package: 'ovmf',
    },
  },
  arm64: {
    any: {
      code: '/usr/share/AAVMF/AAVMF_CODE.fd',
      vars: '/usr/share/AAVMF/AAVMF_VARS.fd',
      package: 'qemu-efi-aarch64',
    },
    signed: {
      code: '/usr/share/AAVMF/AAVMF_CODE.ms.fd',
      vars: '/usr/share/AAVMF/AAVMF_VARS.ms.fd',
      package: 'qemu-efi-aarch64',
    },
  },
};

/** The UEFI of a machine, and the Debian package that brings it. */
export const uefiOf = ({ arch, secureBoot }: Pick<Machine, 'arch' | 'secureBoot'>): Uefi =>
  uefi[arch][secureBoot ? 'signed' : 'any'];

/** QEMU's words for the UEFI of a machine (OVMF's README); none for a BIOS, which QEMU brings. */
export function firmwareWords(machine: Machine, vars: string): string[] {
  if (machine.firmware === 'bios') {
    if (machine.arch === 'arm64' && !machine.direct) throw new Error('an arm64 machine has no BIOS');
    return [];
  }
  return [
    '-drive',
    `if=pflash,format=raw,unit=0,readonly=on,file=${uefiOf(machine).code}`,
    '-drive',
    `if=pflash,format=raw,unit=1,file=${optionPath(vars)}`,
    ...(hasLockedVariables(machine) ? ['-global', 'driver=cfi.pflash01,property=secure,value=on'] : []),
    ...noIpv6.flatMap((name) => ['-fw_cfg', `name=opt/org.tianocore/${name},string=n`]),
  ];
}

/** UEFI tries each way of a card before it looks at a disk; IPv6, which nobody answers here, would take minutes. */
const noIpv6 = ['IPv6Support', 'IPv6PXESupport'];

/** True where everybody but the firmware is kept from the variables: the firmware of amd64 asks for it with Secure Boot. */
export const hasLockedVariables = ({ arch, secureBoot }: Machine): boolean => arch === 'amd64' && secureBoot === true;
