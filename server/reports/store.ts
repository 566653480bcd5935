import type { ReportEvent } from '../../common/model/report.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import { crowdWatch } from './crowd.ts';
import { eventFile, eventFiles, eventId, eventName, type KeptEvent, readEnds } from './event-file.ts';
import { EventKeeper } from './keep-events.ts';
import { type InstallationSummary, summarise } from './summary.ts';

/** How many installations are shown, the last heard of; memory keeps more, because a large site installs itself at once. */
const shown = 100;
const remembered = 10_000;
/** How much of a file is read for its page, and for its summary. */
const shownBytes = 512 * 1024;
const tailBytes = 64 * 1024;
/** A machine sends from one address, or from a few if its address changes. */
const maxSources = 4;

/** What is known of one installation. */
type Installation = {
  summary: InstallationSummary;
  /** The number of the newest event from each address: a machine sends in order, and a stranger's numbers must not count. */
  lastSeqs: ReadonlyMap<string, number>;
  /** Its file ends in the middle of a line: the disk was full, or the machine lost power. */
  isTorn: boolean;
};

/** What became of an event; `isNew` is false if the event had come before. */
type Kept = { summary: InstallationSummary; isNew: boolean };

/** Called with a new event, and the installation's summary after the event. */
type Listener = (event: ReportEvent, summary: InstallationSummary) => void;

/** The installations that this server has heard of. */
export class Reports {
  readonly #io: Io;
  readonly #folder: AbsPath;
  readonly #keeper: EventKeeper;
  readonly #known = new Map<string, Installation>();
  readonly #busy = new Map<string, Promise<unknown>>();
  readonly #isCrowded = crowdWatch();
  readonly #listeners: Listener[] = [];

  private constructor(io: Io, folder: AbsPath, keeper: EventKeeper) {
    this.#io = io;
    this.#folder = folder;
    this.#keeper = keeper;
  }

  /** Opens the folder of reports, removes old ones, and reads the newest. */
  static async open(
    io: Io,
    folder: AbsPath,
    keep: ServerConfig['reports'],
    say: (line: string) => void = () => {},
  ): Promise<Reports> {
    const reports = new Reports(io, folder, await EventKeeper.open(io, folder, keep, say));
    for (const id of reports.#keeper.room.newest(shown).map(eventId)) {
      const found = await readInstallation(io, folder, id);
      if (found) reports.#known.set(id, found);
    }
    return reports;
  }

  /** Calls the listener for each new event. */
  onChange(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /**
   * Keeps each event from an address once, and the events of one installation one after the other; `crowded`: not now. A full
   * disk is told, and ends no installation.
   */
  add(event: ReportEvent, from: string): Promise<Kept | 'crowded'> {
    const busy = this.#busy;
    const next = (busy.get(event.id) ?? Promise.resolve()).then(() => this.#addNow(event, from));
    const settled = next.catch(() => {}).finally(() => busy.get(event.id) === settled && busy.delete(event.id));
    busy.set(event.id, settled);
    return next;
  }

  async #addNow(event: ReportEvent, from: string): Promise<Kept | 'crowded'> {
    const { id, seq } = event;
    const known = this.#known;
    const before = known.get(id) ?? (await readInstallation(this.#io, this.#folder, id));
    if (before && seq <= (before.lastSeqs.get(from) ?? 0)) return { summary: before.summary, isNew: false };
    if (!before && this.#isCrowded(from, performance.now())) return 'crowded';
    await this.#keeper.prune();
    const receivedAt = this.#io.now().toISOString();
    const isTorn = await this.#keeper.append({ receivedAt, from, ...event }, before?.isTorn ?? false);
    const summary = summarise(before?.summary, event, receivedAt);
    const lastSeqs = new Map([...(before?.lastSeqs ?? []), [from, seq] as const].slice(-maxSources));
    known.delete(id);
    known.set(id, { summary, lastSeqs, isTorn });
    for (const oldest of known.keys()) if (known.size > remembered) known.delete(oldest);
    for (const listener of this.#listeners) listener(event, summary);
    return { summary, isNew: true };
  }

  /** The installations heard of last, the newest first. */
  list(): InstallationSummary[] {
    const summaries = [...this.#known.values()].slice(-shown).map((one) => one.summary);
    return summaries.sort((a, b) => (a.firstAt < b.firstAt ? 1 : -1));
  }

  /** The first and the last events of one installation, as they came; undefined if there is no installation of that id. */
  async events(id: string): Promise<KeptEvent[] | undefined> {
    const at = eventFile(this.#folder, id);
    return at && (await readEnds(this.#io, at, shownBytes))?.events;
  }
}

/**
 * The newest installation of each MAC, read without opening the store: nothing is removed. One file is read for each machine
 * that ever installed itself.
 */
export async function latestInstallations(io: Io, folder: AbsPath): Promise<InstallationSummary[]> {
  const newest = new Map<string, string>();
  for (const { name } of await eventFiles(io, folder)) newest.set(name.split('.')[0] ?? '', name);
  const summaries: InstallationSummary[] = [];
  for (const name of newest.values()) {
    const found = await readInstallation(io, folder, eventId(name));
    if (found) summaries.push(found.summary);
  }
  return summaries;
}

/** Sums up an installation's file; undefined if nothing in it is an event. */
async function readInstallation(io: Io, folder: AbsPath, id: string): Promise<Installation | undefined> {
  const ends = await readEnds(io, under(folder, eventName(id)), tailBytes);
  let summary: InstallationSummary | undefined;
  const lastSeqs = new Map<string, number>();
  for (const event of ends?.events ?? []) {
    summary = summarise(summary, event, event.receivedAt);
    lastSeqs.set(event.from ?? '', event.seq);
  }
  return summary && { summary, lastSeqs, isTorn: ends?.isTorn ?? false };
}
