/** The name of a device in /sys/class/block, where `!` stands for a slash: /dev/cciss/c0d0 is cciss!c0d0. */
export const blockName = (node: string): string => node.replace(/^\/dev\//, '').replaceAll('/', '!');

/** The node of a device with this name in /sys/class/block. */
export const blockNode = (name: string) => `/dev/${name.replaceAll('!', '/')}` as const;

/** Parts of a name of device-mapper, which joins them by a dash and doubles each dash in them (lvm(8)). */
export const mapperName = (...parts: string[]): string => parts.map((text) => text.replaceAll('-', '--')).join('-');

/** The node of a logical volume. */
export const mapperNode = (group: string, volume: string) => `/dev/mapper/${mapperName(group, volume)}` as const;
