import { z } from 'zod';
import { Group } from '../../common/model/groups.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { readToml } from './toml.ts';

/** /etc/systemimager/groups.toml: groups of hosts, the weakest first. */
const GroupsFile = z.strictObject({
  group: z
    .array(Group)
    .refine((all) => new Set(all.map((one) => one.name)).size === all.length, 'two groups have the same name')
    .default([]),
});

/** Reads the text of groups.toml. */
export function parseGroupsToml(text: string, file: string): Group[] {
  return readToml(text, file, GroupsFile, 'docs/examples/groups.toml').group;
}

/** Reads groups.toml; a missing file has no groups. */
export async function readGroupsToml(io: ReadIo, file: AbsPath): Promise<Group[]> {
  return parseGroupsToml((await io.readText(file)) ?? '', file);
}
