#!/bin/sh
# Prints everything there is to know of the tree $1, for listing.ts; other filesystems below it count too. Fields end in NUL.
# Needs find, sha256sum and stat of GNU, and getfattr. Each part begins with a line of its own.
set -eu
cd "$1"
echo '=files'
# Type, mode, owner, group, size, time, identity, names, blocks of 512 bytes, link target, path.
find . -path './lost+found' -prune -o -printf '%y\0%m\0%U\0%G\0%s\0%T@\0%D:%i\0%n\0%b\0%l\0%P\0'
printf '\n=devices\n'
find . \( -type b -o -type c \) -exec stat --printf '%t:%T\0%n\0' '{}' +
printf '\n=sums\n'
find . -path './lost+found' -prune -o -type f -exec sha256sum -z '{}' +
printf '\n=attributes\n'
getfattr -R -P -h -d -m - -e hex . 2>/dev/null || true
