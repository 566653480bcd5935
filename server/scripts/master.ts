import { parseLayout } from '../../common/model/layout/parse.ts';
import { printLayout } from '../../common/model/layout/print.ts';
import type { Layout } from '../../common/model/layout.ts';
import { UserError } from '../../common/system/errors.ts';
import { checkFilesystems } from '../../install/layout/check-filesystems.ts';
import { shellComment } from '../languages.ts';
import { renderNamed } from '../templates.ts';

/** How the installed machine gets its address, and what it does when it is done; the words of `boel host` and `boel finish`. */
export const ipAssignments = ['dhcp', 'static', 'replicant'] as const;
export type IpAssignment = (typeof ipAssignments)[number];
export const postInstalls = ['reboot', 'poweroff', 'shell', 'beep', 'kexec'] as const;
export type PostInstall = (typeof postInstalls)[number];

export type MasterWish = {
  image: string;
  layout: Layout;
  /** Lines of comment at the head of the script. */
  remarks: string[];
  ip: IpAssignment;
  afterwards: PostInstall;
};

/** The text of a master script. It is read back as the installer will read it, so that a mistake shows here. */
export async function masterScript(wish: MasterWish): Promise<string> {
  const layout = printLayout(wish.layout);
  if (layout.split('\n').includes('LAYOUT'))
    throw new UserError(
      'a line of the layout says just LAYOUT',
      'Rename that label: it would end the layout too early.',
    );
  checkFilesystems(parseLayout(layout));
  const { image, ip, afterwards } = wish;
  // One line each, whatever the names in an fstab hold.
  const remarks = wish.remarks.map(shellComment);
  return renderNamed('master', { name: image, image, remarks, layout, ip, afterwards });
}
