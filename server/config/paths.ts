import { type AbsPath, under } from '../../common/system/place.ts';

/** Of the folder of images, whoever makes it: they hold password hashes and host keys, which are root's alone. */
export const imagesMode = 0o700;

/** Where the image server keeps everything, below `root` (--root). docs/files.md explains each. */
export function serverPaths(root: AbsPath) {
  const lib = under(root, 'var/lib/systemimager');
  const run = under(root, 'run/systemimager/serve');
  return {
    config: under(root, 'etc/systemimager/server.toml'),
    groups: under(root, 'etc/systemimager/groups.toml'),
    images: under(lib, 'images'),
    manifests: under(lib, 'manifests'),
    scripts: under(lib, 'scripts'),
    overrides: under(lib, 'overrides'),
    boot: under(lib, 'boot'),
    reports: under(lib, 'reports'),
    netboot: under(lib, 'netboot.json'),
    /** Holds room on the disk for netboot.json. */
    spareRoom: under(lib, 'spare-room'),
    hosts: under(lib, 'hosts.json'),
    leases: under(lib, 'dnsmasq.leases'),
    log: under(root, 'var/log/systemimager'),
    run,
    locks: under(root, 'run/systemimager/locks'),
    monitor: under(run, 'monitor.sock'),
    tftp: under(run, 'tftp'),
  };
}
export type ServerPaths = ReturnType<typeof serverPaths>;
