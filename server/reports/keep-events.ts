import type { ReportEvent } from '../../common/model/report.ts';
import { messageOf } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { type SpareRoom, spareRoom } from '../../common/system/spare-room.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import { eventName, type KeptEvent } from './event-file.ts';
import { openReportRoom, type ReportRoom } from './report-room.ts';

/** The size of a file up to which console lines and progress, other events, and the end of an installation are kept. */
const maxBytes = { chatter: 4 * 1024 ** 2, other: 8 * 1024 ** 2, end: 9 * 1024 ** 2 };
/** How often old reports are looked for. */
const pruneMs = 60 * 60_000;
/** Room for the ends of some hundred installations, on a full disk. */
const spareBytes = 128 * 1024;

/** Writes events into the files of their installations, as long as there is room. */
export class EventKeeper {
  readonly #io: Io;
  readonly #folder: AbsPath;
  readonly #say: (line: string) => void;
  readonly #spare: SpareRoom;
  readonly room: ReportRoom;
  #prunedMs = performance.now();
  #toldProblem = '';

  private constructor(io: Io, folder: AbsPath, say: (line: string) => void, room: ReportRoom) {
    this.#io = io;
    this.#folder = folder;
    this.#say = say;
    this.#spare = spareRoom(io, under(folder, 'spare-room'), spareBytes);
    this.room = room;
  }

  static async open(io: Io, folder: AbsPath, keep: ServerConfig['reports'], say: (line: string) => void) {
    const keeper = new EventKeeper(io, folder, say, await openReportRoom(io, folder, keep, say));
    await keeper.#spare.hold();
    return keeper;
  }

  /** Removes old reports, at most once an hour. */
  async prune(): Promise<void> {
    if (performance.now() - this.#prunedMs < pruneMs) return;
    this.#prunedMs = performance.now();
    await this.room.removeOld();
    await this.#spare.hold();
  }

  /** Writes an event at the end of its file. `isTorn`: the file ends within a line. Gives whether the file is torn now. */
  async append(event: KeptEvent & { from: string }, isTorn: boolean): Promise<boolean> {
    const name = eventName(event.id);
    const line = `${isTorn ? '\n' : ''}${JSON.stringify(event)}\n`;
    const before = this.room.bytesOf(name);
    const bytes = before + Buffer.byteLength(line);
    if (bytes > mostOf(event)) return isTorn;
    const at = under(this.#folder, name);
    const write = () => this.#io.append(at, line);
    try {
      await this.room.take(name, bytes, event.from);
      await (event.kind === 'finished' ? this.#spare.use(write) : write());
      this.#toldProblem = '';
      return false;
    } catch (error) {
      this.room.correct(name, (await this.#io.lstat(at))?.sizeBytes ?? 0);
      const problem = `cannot keep reports: ${messageOf(error)}`;
      if (problem !== this.#toldProblem) this.#say(problem);
      this.#toldProblem = problem;
      return isTorn || this.room.bytesOf(name) > before;
    }
  }
}

function mostOf({ kind }: ReportEvent): number {
  if (kind === 'finished') return maxBytes.end;
  return kind === 'log' || kind === 'progress' ? maxBytes.chatter : maxBytes.other;
}
