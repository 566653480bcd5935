/** An error that somebody can act on. It prints as two lines and the program exits 1; any other error is our own bug. */
export class UserError extends Error {
  /** What to do now, as one sentence. */
  readonly hint: string;

  /**
   * @param message what happened, with the numbers and the path
   * @param hint what to do now
   */
  constructor(message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'UserError';
    this.hint = hint;
  }
}

/** A server did not answer, or not yet: the same request may work later, so a caller that can wait tries again. */
export class ServerAway extends UserError {}

/** What an error says, in the middle of a line. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Errors of system calls that the machine causes (errno(3)): words for each, and what to do. */
const refusals: Record<string, [what: string, hint: string]> = {
  EACCES: ['permission denied', 'Run the command as root (over NFS, root may not be enough).'],
  EPERM: ['not permitted', 'Run the command as root; as root, look at the file’s attributes (lsattr) and mounts.'],
  EROFS: [
    'the filesystem is read-only',
    'Mount the filesystem for writing; where the kernel made the filesystem read-only, look at the disk (dmesg).',
  ],
  ENOSPC: ['no space is left', 'Make room there: df -h and df -i say how much there is.'],
  EDQUOT: ['the quota is used up', 'Make room there, or raise the quota.'],
  EFBIG: [
    'the filesystem or a limit (ulimit -f) takes no file so large',
    'Choose another filesystem, or raise the limit.',
  ],
  EMFILE: ['too many files are open', 'Raise the limit: ulimit -n.'],
  ENFILE: ['too many files are open on this machine', 'Raise the limit: sysctl fs.file-max.'],
  ENOMEM: ['no memory is left', 'End other programs, or add memory.'],
  ENOENT: ['there is no such file or folder', 'Look at each part of the path.'],
  EEXIST: [
    'something of that name is there already',
    'Look at what has that name, and choose another name or move that file away.',
  ],
  ENOTEMPTY: ['the folder is not empty', 'Look at what lies in the folder.'],
  EISDIR: ['it is a folder', 'Name a file.'],
  ENOTDIR: ['a part of the path is no folder', 'Look at each part of the path.'],
  ELOOP: ['the links on the path lead round in a circle', 'Mend the link.'],
  ENAMETOOLONG: ['the name is too long', 'Choose a shorter one.'],
  EXDEV: ['the other path lies on another filesystem', 'Put both on one filesystem.'],
  EBUSY: ['it is in use', 'Something may be mounted there, or run from there.'],
  ETXTBSY: ['the file is a program that runs now', 'End that program first.'],
  ENXIO: ['the path is a device or a socket, and nothing answers there', 'Look at the path: ls -l.'],
  ENODEV: ['the device is not there', 'Look at the device: dmesg.'],
  EOPNOTSUPP: ['the filesystem cannot do that', 'Choose another filesystem.'],
  ESTALE: ['the server of that filesystem has replaced the file', 'Mount it again.'],
  EIO: ['the disk cannot read or write there', 'Look at the disk: dmesg.'],
};

/** A UserError for a system call that failed because of the machine; undefined for any other error. */
export function machineError(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const [what, hint] = refusals[String(error.code)] ?? [];
  if (what === undefined || hint === undefined) return undefined;
  const { path, dest, syscall } = error as NodeJS.ErrnoException & { dest?: string };
  const at = dest ?? path;
  return new UserError(`${at ?? 'a file'}: ${what}${syscall ? ` (${syscall})` : ''}`, hint, { cause: error });
}

/** The text for a terminal: two lines for a {@link UserError} and for errors of the machine, the stack for our own bugs. */
export function describeError(error: unknown): string {
  const said = error instanceof UserError ? error : machineError(error);
  if (said) return `error: ${said.message}\n  hint: ${said.hint}`;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}
