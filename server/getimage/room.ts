import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { freeRoom } from '../../machine/free-room.ts';
import type { Description } from './description.ts';
import type { Choice } from './excludes.ts';

type Amount = { bytes: number; inodes: number };

/** What the taken filesystems hold together; undefined if prepareclient did not say. */
export function expectedBytes(used: Description['used'], choices: readonly Choice[]): Amount | undefined {
  const taken = used.filter((one) => choices.some((choice) => choice.taken && choice.dir === one.dir));
  if (taken.length === 0) return undefined;
  return {
    bytes: taken.reduce((sum, one) => sum + one.bytes, 0),
    inodes: taken.reduce((sum, one) => sum + one.inodes, 0),
  };
}

const gib = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/**
 * Refuses a capture that would fill the disk of the server. If patterns leave files out, nobody knows how much room these take,
 * so the result is only a warning.
 */
export async function needsRoom(
  io: Io,
  folder: AbsPath,
  expected: Amount | undefined,
  { isShared, growing, isLess }: { isShared: boolean; growing: AbsPath | undefined; isLess: boolean },
): Promise<string | undefined> {
  // Shared blocks take no room, and nobody knows how much of a half-grown tree is still to come.
  if (expected === undefined || isShared || growing !== undefined) return undefined;
  await io.mkdir(folder, { mode: 0o700 });
  const free = await freeRoom(io, folder);
  const lack = free && lackOf(free, expected);
  if (lack === undefined) return undefined;
  const message = `${folder} has ${lack.text}`;
  if (isLess) return `${message}: only files that are left out can make the difference`;
  throw new UserError(message, `${lack.hint}; nothing has been changed.`);
}

function lackOf(
  free: Partial<Amount> & { bytes: number },
  expected: Amount,
): { text: string; hint: string } | undefined {
  if (free.bytes < expected.bytes)
    return {
      text: `${gib(free.bytes)} free, and the golden client holds ${gib(expected.bytes)}`,
      hint: 'Make room there, or leave something out by --exclude',
    };
  if (free.inodes !== undefined && free.inodes < expected.inodes)
    return {
      text: `${free.inodes} inodes free, and the golden client holds ${expected.inodes} files`,
      hint: 'Use a filesystem with more inodes there, or leave something out by --exclude',
    };
  return undefined;
}
