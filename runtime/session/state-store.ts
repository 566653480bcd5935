import { emptyState, State } from '../../common/model/state.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { paths } from '../paths.ts';

/** The state that the verbs before left; the empty state if there was no verb. */
export async function loadState(io: ReadIo): Promise<State> {
  const text = await io.readText(paths.state);
  if (text === undefined) return emptyState;
  const hint = `Remove ${paths.state} and begin again with \`boel layout\`, or reboot.`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${paths.state} is no JSON`, hint, { cause: error });
  }
  const result = State.safeParse(json);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  throw new UserError(`${paths.state}: ${first?.path.join('.')}: ${first?.message}`, hint);
}

/** Saves the state, readable by root alone. */
export async function saveState(io: Io, state: State): Promise<void> {
  await io.write(paths.state, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
}
