import type { Vm, Wish } from './vm.ts';
import type { Wire } from './wire.ts';

/** What a boot test gets. Everything it makes goes away when it ends. */
export type RowContext = {
  /** Starts a virtual machine; a machine that is still on when the row ends fails it. */
  boot(wish: Wish): Promise<Vm>;
  /** A network of its own. */
  wire(): Promise<Wire>;
  /** A directory for disks and the server's root; kept only when the row fails and SYSTEMIMAGER_TEST_KEEP is set. */
  scratch: string;
  /** The row's own folder below build/boot-tests: consoles and logs, kept. */
  logs: string;
  /** Done when the row ends, the last first. */
  defer(undo: () => Promise<unknown>): void;
  /** Runs one of the row's `cases` and goes on also where it fails; does nothing where the case was not asked for. */
  case(name: string, run: () => Promise<void>): Promise<void>;
  /** Ends the row as not run, with the reason. */
  skip(reason: string): never;
};

/** One boot test. A file `*.boot.ts` exports one as its default, or a list of them. */
export type Row = {
  /** A sentence; it names the folder of the logs. */
  name: string;
  /** Parts of the tree whose change makes this row run early: files, or folders that end in a slash. */
  covers: string[];
  /** What it takes alone, for the time budget. */
  seconds: number;
  /** Names of the tests in it that count one by one. */
  cases?: readonly string[];
  /** In every run, whatever the budget; the others take turns in what is left of it. */
  always?: boolean;
  /** False while something is missing that takes long to make: such a row runs only with --all or --only. */
  isReady?: boolean;
  run(test: RowContext): Promise<void>;
};

/** Why a row was not run. */
export class Skipped extends Error {}

/** Checks the shape at compile time; gives the row back. */
export const row = (one: Row): Row => one;

/** The name as a folder's name. */
export const folderOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
