/** The layout that the manual shows: one of each kind of line. */
export const manualLayout = `
[disk /dev/sda]                        # sfdisk(8) script lines, always numbered; ours: min= (least), keep
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : size=512MiB, type=uefi
3 : size=20GiB, min=3GiB, type=linux
4 : size=2GiB, min=0, type=swap
5 : min=1GiB, type=linux               # without size: takes the rest; one per disk, anywhere
[filesystems]                          # DEVICE TYPE KEY=VALUE…
/dev/sda2 vfat label=EFI
/dev/sda3 ext4 label="my  root" uuid=44cca477-12fc-4a02-8a91-4ac7b6ae1ba8 features=none,extent
/dev/sda4 swap
/dev/sda5 btrfs
[subvolumes]
/dev/sda5 @ @home
[mounts]                               # fstab(5)
LABEL=my\\040\\040root / ext4 defaults,errors=remount-ro 0 1
LABEL=EFI /boot/efi vfat umask=0077 0 1
/dev/sda4 none swap sw 0 0
/dev/sda5 /srv/a\\040b btrfs subvol=@home
tmpfs /tmp tmpfs nosuid
/dev/sr0 /media/cd auto noauto,user
`;
