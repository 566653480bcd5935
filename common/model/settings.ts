import { z } from 'zod';

/**
 * The variables that may be set at the boot prompt, in local.cfg or by DHCP. The first group is SystemImager's own set,
 * the second is ours. docs/examples/local.cfg explains each.
 */
export const settingNames = [
  'HOSTNAME',
  'DOMAINNAME',
  'DEVICE',
  'IPADDR',
  'NETMASK',
  'NETWORK',
  'BROADCAST',
  'GATEWAY',
  'GATEWAYDEV',
  'IMAGESERVER',

  'ROUTES',
  'IMAGENAME',
  'SCRIPTNAME',
  'GROUPNAMES',
  'DNSSERVERS',
  'HTTPPORT',
  'RSYNCPORT',
  'TRANSPORT',
  'MEDIUM',
  'ONCE',
  'DISKS',
  'PROTECT',
  'ACTION',
  'ONFAIL',
] as const;
export type SettingName = (typeof settingNames)[number];

/** These describe one network card's address and travel together from the highest source that has IPADDR. */
export const addressGroup = [
  'DEVICE',
  'IPADDR',
  'NETMASK',
  'NETWORK',
  'BROADCAST',
  'GATEWAY',
  'GATEWAYDEV',
  'ROUTES',
] as const;

/** Where a setting came from; the order here is the order of precedence. */
export const sourceNames = [
  'boot prompt',
  'floppy local.cfg',
  'removable local.cfg',
  'hard disk local.cfg',
  'initrd local.cfg',
  'boot menu',
  'DHCP',
  'hosts file',
  'reverse DNS',
  'groups file',
  'default',
] as const;
export type SourceName = (typeof sourceNames)[number];

/** A value and where it came from: the kind of source, and the place in it (a device, a file, an address). */
export const Setting = z.object({ value: z.string(), from: z.enum(sourceNames), detail: z.string().default('') });
export type Setting = z.infer<typeof Setting>;

export type Settings = Partial<Record<SettingName, Setting>>;

/** A setting's value, or undefined if it is absent or empty. */
export function settingOf(settings: Settings, name: SettingName): string | undefined {
  return settings[name]?.value || undefined;
}

/** The settings as the environment of a site's scripts. */
export function settingsEnv(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = settingOf(settings, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** ACTION: what BOEL does after discovery. `identify` prints the identity and powers off; `shell` opens a shell. */
export const actions = ['install', 'identify', 'shell'] as const;

/** ONFAIL: what BOEL does after a failure. */
export const failActions = ['shell', 'poweroff', 'reboot'] as const;

/** The default ports of the rsync(1) daemon and of our HTTP server. */
export const defaultPorts = { rsync: 873, http: 8181 } as const;
