type Known = { gpt?: string; dos?: string };

/**
 * Names for partition types, in small letters: the aliases and one-letter short-cuts of sfdisk(8), and the gpt names of
 * fdisk(8) for partitions that installed machines have.
 */
const known: Record<string, Known> = {
  linux: { gpt: '0FC63DAF-8483-4772-8E79-3D69D8477DE4', dos: '83' },
  swap: { gpt: '0657FD6D-A4AB-43C4-84E5-0933C84B4F4F', dos: '82' },
  home: { gpt: '933AC7E1-2EB4-4F13-B844-0E14E2AEF915', dos: '83' },
  uefi: { gpt: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B', dos: 'EF' },
  lvm: { gpt: 'E6D6D379-F507-44C2-A23C-238F2A3DF928', dos: '8E' },
  raid: { gpt: 'A19D880F-05FC-4D3B-A006-743F0F84911E', dos: 'FD' },
  extended: { dos: '05' },
  linuxex: { dos: '85' },
  'bios boot': { gpt: '21686148-6449-6E6F-744E-656564454649' },
  'prep boot': { gpt: '9E1A2D38-C612-4316-AA26-8B49521E5A8B', dos: '41' },
  'microsoft basic data': { gpt: 'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7', dos: '07' },
  'linux root (x86-64)': { gpt: '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709' },
  'linux root (arm-64)': { gpt: 'B921B045-1DF0-41C3-AF44-4C6F280D3FAE' },
  'linux server data': { gpt: '3B8F8425-20E0-4F3B-907F-1A25A76F98E8' },
  'linux extended boot': { gpt: 'BC13C2FF-59E6-4262-A352-B275FD6F7172' },
};
const otherNames: Record<string, string> = {
  l: 'linux',
  s: 'swap',
  h: 'home',
  u: 'uefi',
  v: 'lvm',
  r: 'raid',
  e: 'extended',
  x: 'linuxex',
  'linux filesystem': 'linux',
  'linux swap': 'swap',
  'linux home': 'home',
  'linux lvm': 'lvm',
  'linux raid': 'raid',
  'efi system': 'uefi',
};

/** sfdisk's own text of a type: a GUID in capitals for gpt, two hexadecimal digits for dos; undefined if unknown. */
export function parsePartType(text: string, label: 'gpt' | 'dos'): string | undefined {
  const name = text.toLowerCase();
  const found = known[otherNames[name] ?? name];
  if (found) return found[label];
  if (label === 'gpt') return isGuid(text) ? text.toUpperCase() : undefined;
  const [, digits] = /^(?:0x)?([0-9a-f]{1,2})$/i.exec(text) ?? [];
  return digits && Number.parseInt(digits, 16) > 0 ? digits.padStart(2, '0').toUpperCase() : undefined;
}

/** The type by this name; empty if tables with this label have no such type. */
export function partType(name: 'linux' | 'swap' | 'uefi' | 'bios boot' | 'lvm' | 'raid', label: 'gpt' | 'dos'): string {
  return known[name]?.[label] ?? '';
}

/** A name for people, or the type itself. */
export function showPartType(type: string): string {
  return Object.entries(known).find(([, one]) => one.gpt === type || one.dos === type)?.[0] ?? type;
}

/** A GUID in its usual notation (RFC 9562 section 4). */
export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}
