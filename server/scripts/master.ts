import { parseLayout } from '../../common/model/layout/parse.ts';
import { WrongLines } from '../../common/model/layout/problems.ts';
import { printLayout } from '../../common/model/layout/print.ts';
import type { Ending, IpAssignment } from '../../common/model/script.ts';
import type { Layout } from '../../common/model/layout.ts';
import { UserError } from '../../common/system/errors.ts';
import { checkFilesystems } from '../../install/layout/check-filesystems.ts';
import { shellComment } from '../../common/templates/languages.ts';
import { renderNamed } from '../../common/templates/render.ts';

export type MasterWish = {
  image: string;
  layout: Layout;
  /** The path of the image's fstab on this server, for errors. */
  fstab: string;
  /** Lines of comment at the head of the script. */
  remarks: string[];
  ip: IpAssignment;
  afterwards: Ending;
};

/** Names what the installer would refuse by its line in the golden client's fstab, because nobody sees the new layout. */
function checkReadsBack({ layout, fstab }: MasterWish, text: string): void {
  try {
    checkFilesystems(parseLayout(text));
  } catch (error) {
    if (!(error instanceof WrongLines)) throw error;
    const lines = text.split('\n');
    const mountsAt = lines.indexOf('[mounts]') + 1;
    const said = error.lines.map(({ line, text: problem }) => {
      const mount = mountsAt > 0 ? layout.mounts[line - 1 - mountsAt] : undefined;
      return `\n    ${mount?.line ? `${fstab}, line ${mount.line}` : lines[line - 1]}: ${problem}`;
    });
    throw new UserError(
      `the golden client's disks and mounts make no layout:${said.join('')}`,
      'Correct the files in the image and on the golden client, or write the script by hand: docs/layout.md shows every key.',
      { cause: error },
    );
  }
}

/** The text of a master script. Its layout is read back as the installer will read it, so that a mistake shows here. */
export async function masterScript(wish: MasterWish): Promise<string> {
  const layout = printLayout(wish.layout);
  if (layout.split('\n').includes('LAYOUT'))
    throw new UserError(
      'a line of the layout says just LAYOUT',
      'Rename that label: such a line would end the layout too early.',
    );
  checkReadsBack(wish, layout);
  const { image, ip, afterwards } = wish;
  // One line each, even if a name in an fstab holds a line break.
  const remarks = wish.remarks.map(shellComment);
  return renderNamed('master', { name: image, image, remarks, layout, ip, afterwards });
}
