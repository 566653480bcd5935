import type { State } from '../../common/model/state.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { type BootText, changeTexts, probeBootTexts } from '../boot-files/boot-texts.ts';
import { renewText } from './renewed.ts';

/** Reads what may name devices by UUID in the tree below `root`, besides fstab, which is written from the layout. */
export async function probeUuidUsers(io: ReadIo, root: AbsPath, state: State): Promise<BootText[]> {
  return Object.keys(state.renewed).length === 0 ? [] : probeBootTexts(io, root, state);
}

/** Writes those anew that name a UUID which this machine has another one for. */
export function planUuidUsers(users: readonly BootText[], root: AbsPath, state: Pick<State, 'renewed'>): Step[] {
  return changeTexts(users, root, 'this machine’s own UUIDs', ({ text }) => renewText(text, state.renewed));
}
