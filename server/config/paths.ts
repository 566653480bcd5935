import { type AbsPath, under } from '../../common/system/place.ts';

/** The mode of the folder of images: images hold password hashes and host keys, which only root may read. */
export const imagesMode = 0o700;

/** The files and folders of the image server, below `root` (--root). docs/files.md explains each. */
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
    /** Reserves room on the disk for netboot.json. */
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
