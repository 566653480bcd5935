import type { Layout } from '../../common/model/layout.ts';
import { layoutHint } from '../../common/model/layout/parse.ts';
import { Problems } from '../../common/model/layout/problems.ts';
import { filesystems, findFilesystem } from '../filesystems/index.ts';

/**
 * Checks each line of [filesystems] against its type: the keys it knows, labels and UUIDs; and whether it is `unmountable` here.
 * Throws one UserError.
 */
export function checkFilesystems(layout: Layout, unmountable: readonly string[] = []): void {
  const problems = new Problems();
  for (const { line, device, type, label = '', uuid, options } of layout.filesystems) {
    const filesystem = findFilesystem(type);
    if (!filesystem) {
      problems.add(line, `${type} is none of ${filesystems.map((one) => one.name).join(', ')}`);
      continue;
    }
    if (unmountable.includes(filesystem.name))
      problems.add(
        line,
        `the kernel of this BOEL has no ${filesystem.name}: BOEL was built with --without ${filesystem.name}`,
      );
    if (!label.isWellFormed()) problems.add(line, `label of ${device} is not UTF-8: no program can be given it`);
    const bytes = Buffer.byteLength(label);
    if (bytes > filesystem.labelBytes)
      problems.add(line, `label of ${device}: ${bytes} bytes, and ${type} has room for ${filesystem.labelBytes}`);
    if (uuid !== undefined && !filesystem.isUuid(uuid)) problems.add(line, `uuid=${uuid} is no UUID of ${type}`);
    const unknown = Object.keys(options).filter((key) => !filesystem.optionNames.includes(key));
    if (unknown.length > 0)
      problems.add(
        line,
        `${unknown.join('=, ')}= is none of ${['label', 'uuid', ...filesystem.optionNames].join('=, ')}=`,
      );
    const bad = filesystem.checkOptions?.(options);
    if (bad) problems.add(line, bad);
  }
  problems.throwIfAny('the layout is wrong', layoutHint);
}
