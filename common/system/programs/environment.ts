/** The folders of programs; the client's executable brings programs that the machine may lack (builder/client-tools.ts). */
const places = ['/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', process.env.SYSTEMIMAGER_TOOLS];

const ours = {
  PATH: places.filter(Boolean).join(':'),
  LC_ALL: 'C',
  HOME: '/root',
  // lvm(8) warns of open descriptors, but our programs hold our locks on purpose.
  LVM_SUPPRESS_FD_WARNINGS: '1',
};

/** The environment of every program that we start: nothing of the shell's, and `more`. */
export const environmentWith = (more: Record<string, string> = {}) => ({ ...ours, ...more });
