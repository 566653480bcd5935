import type { Command, Exit, FileFacts, HttpAnswer, Io } from '../../common/system/io.ts';
import { type AbsPath, type At, resolvePlace } from '../../common/system/place.ts';
import { bytesOf, textOf } from '../../common/system/text.ts';

/** A file of a recorded machine: its text, a link, or a directory. */
export type RecordedFile = string | Buffer | { link: string } | { dir: true } | Partial<FileFacts>;

/** What a recorded program answers. */
export type Answer = { code?: number; stdout?: string; stderr?: string; lines?: string[] };

/**
 * A machine in memory: files are a table, programs answer from a function, and everything that is done is recorded in
 * `did`, one line each. Nothing is started and nothing is touched.
 */
export function recorderIo(options: {
  files?: Record<string, RecordedFile>;
  answer?: (command: Command) => Answer | undefined;
  http?: (url: string) => Partial<HttpAnswer> | undefined;
  now?: Date;
  /** Lines that named pipes give, by path. */
  pipes?: Record<string, string[]>;
  /** Locks that another process has. */
  locked?: string[];
}) {
  const locked = new Set(options.locked);
  const files = new Map<string, RecordedFile>(Object.entries(options.files ?? {}));
  const did: string[] = [];
  const isDir = (at: string) => {
    const file = files.get(at);
    if (typeof file === 'object' && 'dir' in file) return true;
    const prefix = at === '/' ? '/' : `${at}/`;
    return [...files.keys()].some((name) => name.startsWith(prefix));
  };
  const contentOf = (at: AbsPath): Buffer | undefined => {
    const file = files.get(at);
    if (typeof file === 'string') return bytesOf(file);
    if (file instanceof Buffer) return file;
    if (typeof file === 'object' && 'link' in file) return contentOf(file.link as AbsPath);
    return undefined;
  };
  const linkAt = (at: string) => {
    const file = files.get(at);
    return typeof file === 'object' && 'link' in file ? file.link : undefined;
  };
  const pathOf = async (at: At, followsLast: boolean) =>
    typeof at === 'string' ? at : resolvePlace(at, async (link) => linkAt(link), followsLast);
  const factsAt = (at: string): FileFacts | undefined => {
    const file = files.get(at);
    const base: FileFacts = {
      kind: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      sizeBytes: 0,
      mtimeMs: 0,
      ino: 1,
      dev: 1,
      rdev: 0,
      nlink: 1,
    };
    if (typeof file === 'string' || file instanceof Buffer) return { ...base, sizeBytes: file.length };
    if (typeof file === 'object' && 'link' in file) return { ...base, kind: 'link' };
    const told = file as Partial<FileFacts> | undefined;
    if (isDir(at)) return { ...base, mode: 0o755, ...told, kind: 'dir' };
    return told === undefined ? undefined : { ...base, ...told };
  };
  const io: Io = {
    read: async (place) => contentOf(await pathOf(place, true)),
    async readText(place) {
      const bytes = contentOf(await pathOf(place, true));
      return bytes && textOf(bytes);
    },
    readPart: async (place, firstByte, bytes) =>
      contentOf(await pathOf(place, true))?.subarray(firstByte, firstByte + bytes),
    readLink: async (place) => linkAt(await pathOf(place, false)),
    async list(place) {
      const at = await pathOf(place, true);
      if (!isDir(at)) return undefined;
      const prefix = at === '/' ? '/' : `${at}/`;
      const names = [...files.keys()]
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length).split('/')[0] ?? '');
      return [...new Set(names)].filter(Boolean).sort();
    },
    lstat: async (place) => factsAt(await pathOf(place, false)),
    async stat(place) {
      const at = await pathOf(place, true);
      return factsAt((linkAt(at) as AbsPath | undefined) ?? at);
    },
    async readPipe(at, onLine) {
      for (const line of options.pipes?.[at] ?? []) onLine(line);
    },
    async run(command, hooks = {}) {
      const argv = command.chroot ? (['chroot', command.chroot, ...command.argv] as const) : command.argv;
      did.push(`run ${argv.join(' ')}`);
      const answer = options.answer?.(command) ?? {};
      for (const line of answer.lines ?? []) hooks.onLine?.(line, 'stdout');
      return {
        argv,
        code: answer.code ?? 0,
        timedOut: false,
        stdout: answer.stdout ?? '',
        stderr: answer.stderr ?? '',
      };
    },
    http: async ({ url }) => {
      did.push(`http ${url}`);
      return { status: 404, contentType: 'text/plain', body: '', ...options.http?.(url) };
    },
    now: () => options.now ?? new Date(0),
    async start(command) {
      did.push(`start ${command.argv.join(' ')}`);
      const ended = Promise.withResolvers<Exit>();
      const stop = async () => {
        did.push(`stop ${command.argv[0]}`);
        const exit: Exit = { argv: command.argv, code: 0, timedOut: false, stdout: '', stderr: '' };
        ended.resolve(exit);
        return exit;
      };
      return { pid: 1, exit: ended.promise, stop, kill: () => {} };
    },
    async write(place, content, { mode }) {
      const at = await pathOf(place, true);
      did.push(`write ${at} ${mode.toString(8)}`);
      files.set(at, typeof content === 'string' ? content : Buffer.from(content));
    },
    async append(place, content) {
      const at = await pathOf(place, true);
      did.push(`append ${at}`);
      const before = files.get(at);
      files.set(at, (typeof before === 'string' ? before : textOf(contentOf(at) ?? Buffer.alloc(0))) + content);
    },
    async mkdir(place) {
      const at = await pathOf(place, true);
      did.push(`mkdir ${at}`);
      if (!files.has(at)) files.set(at, { dir: true });
    },
    async remove(place) {
      const at = await pathOf(place, false);
      did.push(`remove ${at}`);
      for (const name of files.keys()) if (name === at || name.startsWith(`${at}/`)) files.delete(name);
    },
    async removeOne(place) {
      const at = await pathOf(place, false);
      did.push(`remove one ${at}`);
      const isFull = [...files.keys()].some((name) => name.startsWith(`${at}/`));
      if (!isFull) files.delete(at);
    },
    async symlink(place, target) {
      const at = await pathOf(place, false);
      did.push(`symlink ${at} ${target}`);
      files.set(at, { link: target });
    },
    async rename(source, target) {
      const [from, to] = [await pathOf(source, false), await pathOf(target, false)];
      did.push(`rename ${from} ${to}`);
      for (const [name, file] of Array.from(files))
        if (name === from || name.startsWith(`${from}/`)) {
          files.delete(name);
          files.set(to + name.slice(from.length), file);
        }
    },
    async copy(source, target) {
      const [from, to] = [await pathOf(source, true), await pathOf(target, true)];
      did.push(`copy ${from} ${to}`);
      files.set(to, files.get(from) ?? '');
    },
    sleep: async () => {},
    async lock(at) {
      if (locked.has(at)) return undefined;
      did.push(`lock ${at}`);
      locked.add(at);
      return {
        async [Symbol.asyncDispose]() {
          did.push(`unlock ${at}`);
          locked.delete(at);
        },
      };
    },
  };
  /** The text of a file as it is now; empty if there is none. */
  const text = (at: AbsPath) => textOf(contentOf(at) ?? Buffer.alloc(0));
  return { io, did, files, text };
}
