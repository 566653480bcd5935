import { UserError } from '../../common/system/errors.ts';
import { imagesMode } from '../config/paths.ts';
import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { openToOthers } from '../images/open-folder.ts';

/**
 * Has images lie in another folder, as -directory of the classic getimage: the server's own folder becomes a link to that
 * folder. All images lie in one folder, so there is a UserError if there are images already.
 */
export async function planDirectory(io: ReadIo, images: AbsPath, wanted: AbsPath): Promise<Step[]> {
  const machine = inside(io, '/');
  const at = await machine.real(images);
  if (at === (await machine.real(wanted))) return [];
  const there = (await io.list(at)) ?? [];
  if (there.length > 0)
    throw new UserError(
      `images lie in ${at} (${there.slice(0, 3).join(', ')}${there.length > 3 ? ', …' : ''}), and all of them lie in one folder`,
      `Leave -directory out; or move what is there to ${wanted}, remove the empty ${images}, and say it again.`,
    );
  const open = await openToOthers(io, wanted);
  if (open) throw new UserError(open.why, open.hint);
  return [
    { why: `Make ${wanted}`, kind: 'mkdir', at: here(wanted), mode: imagesMode },
    { why: 'Make the folder above that of images', kind: 'mkdir', at: here(under(images, '..')) },
    { why: 'Take the empty folder of images away', kind: 'remove', at: here(images) },
    { why: `Images lie in ${wanted}`, kind: 'symlink', at: here(images), target: wanted },
  ];
}
