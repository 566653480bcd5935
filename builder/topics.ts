import fs from 'node:fs/promises';
import { type AbsPath, under } from '../common/system/place.ts';
import type { Entry } from './initrd/entry.ts';
import { type Compression, layOut, makeSquashfs } from './initrd/squashfs.ts';
import type { BuildContext } from './run.ts';

/** Bytes before compression, by topic. */
export async function topicBytes(entries: readonly Entry[]): Promise<Record<string, number>> {
  const topics: Record<string, number> = {};
  for (const entry of entries) {
    if (entry.kind !== 'file' && entry.kind !== 'text') continue;
    const bytes = entry.kind === 'file' ? (await fs.stat(entry.from)).size : Buffer.byteLength(entry.content);
    topics[entry.topic] = (topics[entry.topic] ?? 0) + bytes;
  }
  return topics;
}

/** Bytes of each topic packed by itself. */
export async function measureTopics(
  context: BuildContext,
  entries: readonly Entry[],
  compression: Compression,
  work: AbsPath,
) {
  const packed: Record<string, number> = {};
  for (const topic of new Set(entries.map((entry) => entry.topic))) {
    const stage = under(work, 'topics', topic.replaceAll(' ', '-'));
    await layOut(
      entries.filter((entry) => entry.topic === topic),
      stage,
    );
    await makeSquashfs(context, stage, `${stage}.squashfs`, compression);
    packed[topic] = (await fs.stat(`${stage}.squashfs`)).size;
  }
  return packed;
}
