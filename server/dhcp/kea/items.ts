import { printIpv4 } from '../../../common/model/ipv4.ts';
import { bootClients, ipxeScript } from '../boot-clients.ts';
import { printNetwork, type Subnet } from '../subnet.ts';
import { ours } from './conf.ts';

const hexOf = (number: number) => `0x${number.toString(16).padStart(4, '0')}`;

/** Classes apply to all networks of a server; with an interface, only to the machines behind that interface. */
export function classesOf(subnet: Subnet) {
  const { imageServer } = subnet;
  const only = subnet.interface === undefined ? '' : `pkt.iface == '${subnet.interface}' and `;
  const nameOf = (tag: string) => `systemimager-${tag}-${subnet.network}`;
  const boot = (file: string, options: { name: string; data: string }[] = []) => ({
    'next-server': imageServer,
    'boot-file-name': file,
    // The option as well: a site's own option boot-file-name for all machines would win over the field.
    'option-data': [{ name: 'boot-file-name', data: file }, ...options],
    ...ours,
  });
  const ipxe = nameOf('ipxe');
  return [
    { name: ipxe, test: `${only}(option[77].hex == 'iPXE' or option[175].exists)`, ...boot(ipxeScript(subnet)) },
    ...bootClients(subnet).map(({ tag, numbers, bootFile, byHttp }) => {
      const tests = numbers.map((number) => `substring(option[93].hex, 0, 2) == ${hexOf(number)}`).join(' or ');
      // UEFI that boots by HTTP expects its own vendor class in the answer (UEFI specification, 24.7).
      const options = byHttp ? [{ name: 'vendor-class-identifier', data: 'HTTPClient' }] : [];
      return { name: nameOf(tag), test: `${only}not member('${ipxe}') and (${tests})`, ...boot(bootFile, options) };
    }),
  ];
}

/** A network with the reservations that it already has. */
export function subnetItem(subnet: Subnet, id: number, reservations: unknown[]) {
  const option = (name: string, data: string | undefined) =>
    data === undefined || data === '' ? [] : [{ name, data }];
  return {
    id,
    subnet: printNetwork(subnet),
    pools: [{ pool: `${printIpv4(subnet.range.first)} - ${printIpv4(subnet.range.last)}` }],
    authoritative: true,
    // Firmware, BOEL and the installed system send different client ids: only the MAC identifies a machine.
    'match-client-id': false,
    'valid-lifetime': subnet.leaseSeconds,
    // The defaults of RFC 2131 section 4.4.5; the timers for all networks may be longer than our lease.
    'renew-timer': Math.floor(subnet.leaseSeconds / 2),
    'rebind-timer': Math.floor((subnet.leaseSeconds * 7) / 8),
    'option-data': [
      ...option('routers', subnet.router),
      ...option('domain-name', subnet.domain),
      ...option('domain-name-servers', subnet.dns.join(', ')),
      { name: 'systemimager-server', data: subnet.imageServer },
    ],
    ...(reservations.length > 0 ? { reservations } : {}),
    ...ours,
  };
}
