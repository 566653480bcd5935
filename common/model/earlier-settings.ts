import { type SettingName, settingNames } from './settings.ts';

/** Names of SystemImager 4 and 5 for settings that are called otherwise here. */
const renamed: Record<string, SettingName> = { IMAGE: 'IMAGENAME', INSTALL_IFACE: 'DEVICE' };

/** Variables of SystemImager 2 to 5 without a meaning here, and what replaces each. docs/earlier-releases.md lists them. */
const gone: [name: RegExp, instead: string][] = [
  [/^(LOG_SERVER(_PORT)?|USELOGGER|MONITOR_\w+)$/, 'machines report to the image server'],
  [/^(SSHD?|SSH_\w+|DL_PROTOCOL|FLAMETHROWER_\w+|BITTORRENT\w*|OCI_\w+)$/, 'files come by rsync'],
  [/^(TMPFS_STAGING|STAGING_DIR|tmpfs_\w+)$/, 'files go straight to the disk'],
  [/^(DISKORDER|DISKS_LAYOUT|LAST_ROOT)$/, 'the script says which disks, and DISKS which is which here'],
  [/^(OVERRIDES|GROUP_OVERRIDES|HOSTID)$/, 'overrides follow from the names of machine and groups (GROUPNAMES)'],
  [/^(SEL_RELABEL|SI_POST_ACTION)$/, 'the script’s `boel finish` does that'],
  [/^SKIP_LOCAL_CFG$/, 'this setting counts on the kernel command line only'],
  [/^ETHER_SLEEP$/, 'BOEL waits for the network'],
  [/^(DHCPSIADDR|BASE_HOSTNAME|ARCH|FLAVOR|HOSTS|NO_LISTING|IMAGEVERSION|NETWORK_CONFIG|SIS?_\w+)$/, ''],
];

/** What a name means: a setting, by its own or an earlier release's name, or a variable of an earlier release that is gone. */
export type EarlierName = { kind: 'setting'; name: SettingName } | { kind: 'gone'; instead: string };

const isSettingName = (name: string): name is SettingName => (settingNames as readonly string[]).includes(name);
const plain = (name: string) => name.replaceAll('_', '');

/** Looks a name up; undefined if no release knew the name. Underscores do not count: IMAGE_SERVER is IMAGESERVER. */
export function earlierName(name: string): EarlierName | undefined {
  if (isSettingName(name)) return { kind: 'setting', name };
  const other = renamed[name] ?? settingNames.find((one) => one === plain(name));
  if (other) return { kind: 'setting', name: other };
  const found = gone.find(([pattern]) => pattern.test(name));
  return found && { kind: 'gone', instead: found[1] };
}

/** The end of a sentence about a variable that is gone. */
export const withoutEffect = (instead: string): string =>
  `is of an earlier release and has no effect${instead === '' ? '' : `: ${instead}`}`;

/** The setting that a name likely means: one letter is too many, missing or wrong, two are swapped, or letters are small. */
export function likelySetting(name: string): SettingName | undefined {
  return /\d/.test(name) ? undefined : settingNames.find((one) => isNear(name.toUpperCase(), one));
}

function isNear(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [one, other] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const isTurned = other.length === 2 && one === `${other.charAt(1)}${other.charAt(0)}`;
  return (one.length <= 1 && other.length <= 1) || isTurned;
}
