import { quoteValue } from '../../common/model/layout/words.ts';
import type { DiskState, PartState } from '../../common/model/target.ts';
import { gptEntries, isLargeGpt } from './gpt.ts';

/** By default libfdisk keeps the first MiB free; a kept partition of another tool may begin in that MiB. */
const usualFirstBytes = 1024 ** 2;

/**
 * The text for sfdisk(8): absolute start and size in this disk's sectors for every partition. Numbers ascend, so that a
 * dos table has its extended partition before the logical ones.
 */
export function sfdiskScript(disk: DiskState, parts: readonly PartState[]): string {
  const { label, labelId, sectorBytes } = disk;
  const sorted = parts.toSorted((a, b) => a.number - b.number);
  const entries = gptEntries(sorted);
  const first = Math.min(...sorted.map((part) => part.startBytes));
  return [
    `label: ${label}`,
    `label-id: ${labelId}`,
    'unit: sectors',
    ...(label === 'gpt' && isLargeGpt(entries) ? [`table-length: ${entries}`] : []),
    ...(label === 'gpt' && first < usualFirstBytes ? [`first-lba: ${first / sectorBytes}`] : []),
    '',
    ...sorted.map((part) => {
      const fields = [
        `start=${part.startBytes / sectorBytes}`,
        `size=${part.sizeBytes / sectorBytes}`,
        `type=${part.type}`,
        ...(label === 'gpt' ? [`uuid=${part.partuuid}`] : []),
        ...(part.name === '' ? [] : [`name=${quoteValue(part.name)}`]),
        ...(part.attrs === '' ? [] : [`attrs=${quoteValue(part.attrs)}`]),
        ...(part.bootable ? ['bootable'] : []),
      ];
      return `${part.number} : ${fields.join(', ')}`;
    }),
    '',
  ].join('\n');
}
