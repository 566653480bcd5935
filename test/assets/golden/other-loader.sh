#!/bin/sh
# Runs inside the golden tree (chroot) after customize.sh: a loader that is not grub, as people set it up. root= is the name of a
# disk that no other machine may have. $1: systemd-boot or extlinux.
set -eu
kernel=$(basename /boot/vmlinuz-*)
version=${kernel#vmlinuz-}
id=$(cat /etc/machine-id)
rm -rf /boot/grub
case $1 in
systemd-boot)
	# As kernel-install(8) leaves it.
	mkdir -p /boot/efi/EFI/systemd /boot/efi/loader/entries "/boot/efi/$id/$version"
	cp /usr/lib/systemd/boot/efi/systemd-bootx64.efi /boot/efi/EFI/systemd/
	cp "/boot/vmlinuz-$version" "/boot/efi/$id/$version/linux"
	cp "/boot/initrd.img-$version" "/boot/efi/$id/$version/initrd.img-$version"
	echo "default $id-*" > /boot/efi/loader/loader.conf
	cat > "/boot/efi/loader/entries/$id-$version.conf" <<-END
		title      Debian GNU/Linux
		version    $version
		machine-id $id
		options    root=/dev/sda2 ro console=tty0 console=ttyS0,115200 systemd.machine_id=$id
		linux      /$id/$version/linux
		initrd     /$id/$version/initrd.img-$version
	END
	;;
extlinux)
	mkdir -p /boot/extlinux
	cp /usr/lib/syslinux/modules/bios/*.c32 /boot/extlinux/
	cat > /boot/extlinux/extlinux.conf <<-END
		DEFAULT linux
		LABEL linux
		  LINUX ../vmlinuz-$version
		  INITRD ../initrd.img-$version
		  APPEND root=/dev/sda1 ro console=tty0 console=ttyS0,115200 resume=/dev/gone
	END
	;;
esac
