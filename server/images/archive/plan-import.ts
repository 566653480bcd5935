import { type AbsPath, here, under } from '../../../common/system/place.ts';
import type { Step } from '../../../common/system/step.ts';
import { imagesMode, type ServerPaths } from '../../config/paths.ts';
import { captureFile } from '../capture-record.ts';
import { renamedScript } from '../renamed-script.ts';
import { growingName, planDrop } from '../old-trees.ts';
import type { Contents } from './check.ts';
import type { Archive } from './open.ts';
import { besideFiles, keepsAttributes } from './plan-export.ts';

/** The step that removes an unfinished tree. */
export function removeGrowing(paths: Pick<ServerPaths, 'images'>, image: string): Step {
  return planDrop('Remove what an import left', under(paths.images, growingName(image)));
}

/** Unpacks an archive that was checked, beside the images. */
export function planUnpack(paths: ServerPaths, image: string, file: AbsPath, { contents, frames }: Archive): Step[] {
  const growing = under(paths.images, growingName(image));
  return [
    removeGrowing(paths, image),
    { why: 'Make the folder of images', kind: 'mkdir', at: here(paths.images), mode: imagesMode },
    { why: `Make room for ${image}`, kind: 'mkdir', at: here(growing), mode: 0o755 },
    {
      why: `Unpack ${file}`,
      kind: 'run',
      argv: [
        'tar',
        '--extract',
        `--file=${frames ? '-' : file}`,
        `--directory=${growing}`,
        '--same-owner',
        '--same-permissions',
        '--delay-directory-restore',
        ...keepsAttributes,
        ...(contents.hasTextAcls ? ['--acls'] : []),
      ],
      stdin: frames && { frames },
    },
  ];
}

/** Makes the unpacked tree the image. `script` and `hasRecord` tell of the script and the record of origin in the archive. */
export function planAccept(
  paths: ServerPaths,
  image: string,
  contents: Contents,
  { script, hasRecord }: { script: string | undefined; hasRecord: boolean },
): Step[] {
  const growing = under(paths.images, growingName(image));
  const { tree, beside } = contents;
  const master = here(under(paths.scripts, `${image}.master`));
  return [
    ...(script === undefined
      ? []
      : ([
          { why: 'Make the folder of scripts', kind: 'mkdir', at: here(paths.scripts) },
          {
            why: `Write the script that installs ${image}`,
            kind: 'write',
            at: master,
            content: renamedScript(script, tree, image),
            mode: 0o644,
          },
        ] satisfies Step[])),
    ...(hasRecord && beside !== undefined
      ? ([
          {
            why: 'Keep the record where the image came from',
            kind: 'copy',
            from: { root: growing, path: `/${beside}/${besideFiles.record}` },
            to: here(captureFile(paths, image)),
          },
        ] satisfies Step[])
      : []),
    {
      why: `Give the unpacked image its name, ${image}`,
      kind: 'rename',
      from: here(tree === '' ? growing : under(growing, tree)),
      to: here(under(paths.images, image)),
    },
    ...(tree === '' ? [] : [removeGrowing(paths, image)]),
  ];
}
