/** True for interfaces that programs make: their addresses are the same on every machine, or belong to a network of their own. */
export function isVirtual(name: string): boolean {
  return /^(lo$|wg|tun|tap|dummy|ve-|vb-|vz-|vt-|ns-|6rd-|veth|vnet|docker|virbr|lxcbr|lxdbr|podman|cni|tailscale|zt|ppp)/.test(
    name,
  );
}

/** True for wireless interfaces: systemd.net-naming-scheme(7), and the kernel's own names. */
export function isWireless(name: string): boolean {
  return /^(wl|ww|ath|ra)\w/.test(name);
}

/** True where the loopback gets an address that others reach, as machines of a routed network have; 127.0.0.0/8 and ::1 are everywhere. */
export const addressesLoopback = (text: string): boolean =>
  /^[ \t]*address\d*[ \t]*=[ \t]*(?!127\.|::1\b|$)[\da-f]/im.test(text);
