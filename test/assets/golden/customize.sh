#!/bin/sh
# Runs inside the golden tree (chroot): makes a bare Debian into a golden client that somebody has worked on.
# Environment: FLAVOUR (who sets up the network), ROOT_UUID, EFI_UUID, SWAP_UUID (of the golden client's filesystems).
set -eu

rm -f /etc/hostname /etc/resolv.conf
echo golden > /etc/hostname
printf '127.0.0.1 localhost\n127.0.1.1 golden.example.org golden\n' > /etc/hosts
echo 'root:golden' | chpasswd
useradd --create-home --shell /bin/bash --uid 1000 alice
useradd --system --home-dir /srv/service --shell /usr/sbin/nologin --uid 777 service

# Consoles and boot loader, as on a machine with a serial line.
cat > /etc/default/grub <<'END'
GRUB_DEFAULT=0
GRUB_TIMEOUT=0
GRUB_DISTRIBUTOR=Debian
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="console=tty0 console=ttyS0,115200"
GRUB_TERMINAL_OUTPUT="console"
GRUB_DISABLE_OS_PROBER=true
END
kernel=$(basename /boot/vmlinuz-*)
version=${kernel#vmlinuz-}
mkdir -p /boot/grub /boot/efi
cat > /boot/grub/grub.cfg <<END
set timeout=0
insmod part_gpt
insmod part_msdos
insmod ext2
search --no-floppy --fs-uuid --set=root $ROOT_UUID
menuentry 'Debian GNU/Linux' {
	linux /boot/vmlinuz-$version root=UUID=$ROOT_UUID ro console=tty0 console=ttyS0,115200
	initrd /boot/initrd.img-$version
}
END
cat > /etc/fstab <<END
# The golden client's filesystems.
UUID=$ROOT_UUID / ext4 errors=remount-ro 0 1
UUID=$EFI_UUID /boot/efi vfat umask=0077 0 1
UUID=$SWAP_UUID none swap sw 0 0
tmpfs /tmp tmpfs nosuid,nodev 0 0
END

# What prepareclient writes down there.
mkdir -p /etc/systemimager/partitionschemes
cat > /etc/systemimager/partitionschemes/sda <<'END'
label: gpt
label-id: 5E1B6E0C-7B0D-4C57-9C0C-0A4C0F6F7A11
device: /dev/sda
unit: sectors
first-lba: 34
last-lba: 16777182
sector-size: 512

/dev/sda1 : start=        2048, size=        2048, type=21686148-6449-6E6F-744E-656564454649, uuid=0B4B1A5D-7E0B-4C0B-9F0C-6A8D5C0F1A01
/dev/sda2 : start=        4096, size=      131072, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=0B4B1A5D-7E0B-4C0B-9F0C-6A8D5C0F1A02
/dev/sda3 : start=      135168, size=    15593472, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, uuid=0B4B1A5D-7E0B-4C0B-9F0C-6A8D5C0F1A03, name="root"
/dev/sda4 : start=    15728640, size=     1048543, type=0657FD6D-A4AB-43C4-84E5-0933C84B4F4F, uuid=0B4B1A5D-7E0B-4C0B-9F0C-6A8D5C0F1A04
END
cat > /etc/systemimager/mounted_filesystems <<'END'
/dev/sda3 on / type ext4 (rw,relatime,errors=remount-ro)
/dev/sda2 on /boot/efi type vfat (rw,relatime,fmask=0077,dmask=0077,codepage=437,iocharset=ascii,shortname=mixed,utf8,errors=remount-ro)
proc on /proc type proc (rw,nosuid,nodev,noexec,relatime)
sysfs on /sys type sysfs (rw,nosuid,nodev,noexec,relatime)
udev on /dev type devtmpfs (rw,nosuid,relatime,size=491064k,nr_inodes=122766,mode=755)
tmpfs on /run type tmpfs (rw,nosuid,nodev,noexec,relatime,size=100916k,mode=755)
END

# The golden client's own network, with the name and the address of its own card.
case $FLAVOUR in
ifupdown)
	printf 'auto lo\niface lo inet loopback\n\nallow-hotplug enp9s0\niface enp9s0 inet dhcp\n' > /etc/network/interfaces
	;;
networkd)
	printf '[Match]\nName=enp9s0\n\n[Network]\nDHCP=yes\n' > /etc/systemd/network/20-wired.network
	systemctl enable systemd-networkd
	;;
NetworkManager)
	printf '[connection]\nid=wired\nuuid=0f4c2f63-2f2a-4a58-8a2f-6f8e1c1c7a10\ntype=ethernet\ninterface-name=enp9s0\n\n[ipv4]\nmethod=auto\n' \
		> /etc/NetworkManager/system-connections/wired.nmconnection
	chmod 600 /etc/NetworkManager/system-connections/wired.nmconnection
	;;
netplan)
	printf 'network:\n  version: 2\n  ethernets:\n    enp9s0:\n      dhcp4: true\n' > /etc/netplan/50-wired.yaml
	chmod 600 /etc/netplan/50-wired.yaml
	systemctl enable systemd-networkd
	;;
esac

# What makes a clone a clone of this very machine.
echo 0123456789abcdef0123456789abcdef > /etc/machine-id
mkdir -p /var/lib/dhcp /etc/udev/rules.d
echo 'lease { interface "enp9s0"; fixed-address 10.0.0.9; }' > /var/lib/dhcp/dhclient.enp9s0.leases
echo 'SUBSYSTEM=="net", ACTION=="add", ATTR{address}=="52:54:00:99:99:99", NAME="enp9s0"' \
	> /etc/udev/rules.d/70-persistent-net.rules

# Everything a file can be.
mkdir -p /srv/odd/links/far /srv/odd/empty /srv/odd/closed /srv/service
cd /srv/odd
echo one > links/first
ln links/first links/second
ln links/first links/far/third
ln -s /etc/hostname links/absolute
ln -s ../odd/links/first links/relative
ln -s /nowhere/at/all links/dangling
ln -s /srv links/directory
touch -h -d '2001-02-03 04:05:06.789' links/dangling
ln links/dangling links/dangling-again
truncate -s 64M sparse
printf middle | dd of=sparse bs=1 seek=33554432 conv=notrunc status=none
truncate -s 8M hole-only
: > 'a name with spaces'
: > "$(printf 'two\nlines')"
: > "$(printf 'latin-1 \351\377')"
: > 'žluťoučký kůň 馬'
: > '-rf'
: > 'star * and ? and [x]'
: > "quote ' double \" back \\ slash \\012"
: > "$(printf '%0255d' 0)"
mknod null c 1 3
mknod loop7 b 7 7
mkfifo -m 620 fifo
perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("socket")) or die $!'
cp /bin/true setuid && chmod 4755 setuid
cp /bin/true setgid && chgrp service setgid && chmod 2711 setgid
mkdir sticky && chmod 1777 sticky
cp /bin/true capable && setcap cap_net_raw,cap_net_bind_service+ep capable
echo acl > acl && setfacl -m u:alice:rw,g:service:r acl
mkdir acl-default && setfacl -d -m u:alice:rwx acl-default
echo xattr > xattr && setfattr -n user.comment -v 'a value with "quotes"' xattr && setfattr -n user.empty xattr
setfattr -n user.on-a-directory -v yes empty
echo owner > owner && chown 54321:12345 owner
echo owner > far-owner && chown 4000000000:4000000001 far-owner
echo secret > closed/secret && chmod 0 closed/secret && chmod 700 closed
chown -h service links/relative
echo old > old && touch -d '1985-10-26 01:21:00.123456789' old
echo new > new && touch -d '2037-12-31 23:59:59.999999999' new
touch -d '1999-12-31 23:59:59' empty

# Left over from the installation of packages.
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/*.log /var/log/apt
