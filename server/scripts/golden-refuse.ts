import { isNeeded, isOptional } from '../../common/model/needed.ts';
import { UserError } from '../../common/system/errors.ts';
import { findFilesystem } from '../../install/filesystems/index.ts';
import { type Golden, mountAt } from './golden.ts';
import type { GoldenDevices } from './golden-devices.ts';
import { optionsOf } from './golden-use.ts';

const byHand = 'by hand: docs/layout.md shows every key.';

/** UserError if something in use cannot be made again. */
export function refuseWhatIsNotMade(golden: Golden, { refused, nameOf, devices }: GoldenDevices): void {
  const needed = golden.mounted.filter(({ dir }) => isNeeded(dir, optionsOf(dir, golden)));
  const inUse = [
    ...needed.map((one) => ({ device: one.device, dir: one.dir })),
    ...golden.fstab.filter((line) => !isOptional(line.options)).map((line) => ({ device: line.spec, dir: line.dir })),
  ];
  for (const { device, dir } of inUse) {
    const why = refused.get(nameOf(device));
    if (why === undefined) continue;
    const use = dir.startsWith('/') ? `mounted on ${dir}` : 'used as swap';
    throw new UserError(
      `${nameOf(device)}, ${use} on the golden client, ${why}: not made again`,
      dir === '/'
        ? `Write the script ${byHand}`
        : `Where machines can do without it, write nofail on its line of etc/fstab in the image. Or write the script ${byHand}`,
    );
  }
  const root = mountAt(golden, '/');
  const said = root?.device ?? golden.fstab.find((one) => one.dir === '/')?.spec;
  if (root !== undefined && !findFilesystem(root.type))
    throw new UserError(
      `the image's root filesystem is ${root.type}, which no installation makes again`,
      `Give / one of the types that docs/layout.md shows. Or write the script ${byHand}`,
    );
  if (root !== undefined && devices.has(nameOf(root.device))) return;
  const [bad] = golden.unreadable ?? [];
  if (bad)
    throw new UserError(
      `the image's root filesystem lies on ${said ?? 'an unknown device'}, and ${bad.problem}`,
      `Put there what \`sfdisk --dump\` prints of that disk of the golden client. Or write the script ${byHand}`,
    );
  throw new UserError(
    `the image's root filesystem lies on ${said ?? 'an unknown device'}, of which partitionschemes and storage.json of the image say nothing`,
    `Run prepareclient on the golden client again, and take the image anew. Or write the script ${byHand}`,
  );
}
