import { goldenFiles, hooksFailed } from '../../common/model/golden-files.ts';
import { UserError } from '../../common/system/errors.ts';
import type { FileFacts, ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** The permission bits that let users other than the owner write (inode(7)). */
const othersWrite = 0o022;
const anyExecutes = 0o111;

/** Names of hooks, and endings of files that editors and package tools leave; {@link runner} has the same rules. */
const hookName = /^\d\d-/;
const leftOver = /(~|\.(bak|orig|swp|dpkg-\w+))$/;

/**
 * The script that the rsync daemon calls around a capture (rsyncd.conf(5), `pre-xfer exec`), and getimage --ssh around rsync.
 * The script runs only hooks that nobody but root can write, because hooks run as root. It ends a hook after 240 s: getimage
 * gives up on a daemon that says nothing for 300 s.
 */
const runner = `#!/bin/sh
# Written by prepareclient. Runs the hooks in the folder capture.d: with the argument "before" before a capture, and in reverse order
# with the argument "after" after the capture, also after a failed capture.
#   capture-hooks before | capture-hooks after   called by the rsync daemon of prepareclient
#   capture-hooks around COMMAND...              called by getimage --ssh
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
hooks=$(dirname "$0")/capture.d
ran=/run/systemimager/capture.ran

trusted() {
	[ -n "$(find "$1" -prune ! -type l -user 0 ! -perm -020 ! -perm -002)" ] && return
	echo "$1 is not run: a hook must belong to root, be no link, and be writable only by root"
	return 1
}
before() {
	mkdir -p "\${ran%/*}" && : >"$ran" || return 1
	[ -d "$hooks" ] || return 0
	trusted "$hooks" || return 1
	for hook in "$hooks"/[0-9][0-9]-*; do
		case $hook in *~ | *.bak | *.orig | *.swp | *.dpkg-*) continue ;; esac
		[ -f "$hook" ] && [ -x "$hook" ] || continue
		trusted "$hook" || return 1
		echo "$hook" >>"$ran"
		timeout 240 "$hook" before </dev/null || { echo "\${hook##*/} before failed ($?)"; return 1; }
	done
}
after() {
	failed=0
	[ -f "$ran" ] || return 0
	list=$(sed '1!G;h;$!d' "$ran")
	rm -f "$ran"
	while IFS= read -r hook; do
		[ -z "$hook" ] || timeout 240 "$hook" after </dev/null || { echo "\${hook##*/} after failed ($?)"; failed=1; }
	done <<END
$list
END
	return $failed
}

case $1 in
before) before 2>&1 || { after 2>&1; echo "${hooksFailed}"; exit 1; } ;;
after) after 2>&1 ;;
around)
	shift
	trap : HUP INT TERM
	code=1
	if before >&2; then "$@"; code=$?; else echo "${hooksFailed}" >&2; fi
	after >&2 || code=1
	exit $code
	;;
*) echo "usage: $0 before | after | around COMMAND..." >&2; exit 2 ;;
esac
`;

/** The step that writes the script. */
export function hooksStep(root: AbsPath): Step {
  const at = { root, path: goldenFiles.hooksRunner };
  return {
    why: 'Write the script that runs the hooks of capture.d around a capture',
    kind: 'write',
    at,
    content: runner,
    mode: 0o755,
  };
}

const isTrusted = ({ kind, uid, mode }: FileFacts) => kind !== 'link' && uid === 0 && (mode & othersWrite) === 0;

/** The names of the hooks that a capture will run; UserError for a hook that other users than root can change. */
export async function readHooks(io: ReadIo, root: AbsPath): Promise<string[]> {
  const folder = under(root, goldenFiles.hooks);
  const names = ((await io.list(folder)) ?? []).filter((name) => hookName.test(name) && !leftOver.test(name));
  const found: string[] = [];
  for (const at of names.length > 0 ? [folder, ...names.map((name) => under(folder, name))] : []) {
    const stat = await io.lstat(at);
    if (!stat || (stat.kind === 'file' && (stat.mode & anyExecutes) === 0)) continue;
    if (!isTrusted(stat))
      throw new UserError(
        `${at} can be changed by other users than root, who would become root at the next capture`,
        `Give the file to root, and let nobody else write there: chown root ${at}; chmod go-w ${at} (a link must become a file)`,
      );
    if (stat.kind === 'file') found.push(at.slice(folder.length + 1));
  }
  return found;
}
