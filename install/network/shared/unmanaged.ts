/** A file that NetworkManager reads, as it lies in the image. */
export type ConfFile = { path: string; text: string };

type Section = { name: string; lines: { key: string; how: string; value: string }[] };

function sectionsOf(text: string): Section[] {
  const found: Section[] = [];
  for (const line of text.split('\n')) {
    const [, name] = /^[ \t]*\[([^\]]*)\]/.exec(line) ?? [];
    if (name !== undefined) found.push({ name, lines: [] });
    const [, key, how = '', value = ''] = /^[ \t]*(\w[\w.-]*\w)[ \t]*([+-]?)=(.*)$/.exec(line) ?? [];
    if (key !== undefined) found.at(-1)?.lines.push({ key, how, value: value.trim() });
  }
  return found;
}

/** A pattern for the names of wired cards; `~` or `=` tells how names are compared, `*` stands for anything. */
const wiredName = /^interface-name:[~=]?(\*|(e|en|eth)[a-z]?\*)$/;
const wired = (spec: string) => spec === '*' || spec === 'type:ethernet' || wiredName.test(spec);

/** NetworkManager.conf(5), "Device List Format": a list does not mean its exceptions; only exceptions mean all other devices. */
function meansWired(list: readonly string[]): boolean {
  const not = list.filter((spec) => spec.startsWith('except:')).map((spec) => spec.slice('except:'.length));
  return !not.some(wired) && (list.some(wired) || (list.length > 0 && not.length === list.length));
}

const wordsOf = (value: string) => value.split(/[,; \t]+/).filter(Boolean);

/**
 * True if NetworkManager leaves wired cards to other services: NetworkManager.conf(5), `unmanaged-devices` and `managed` of a
 * device. `files` are all files that NetworkManager reads, the most important last.
 */
export function leavesWired(files: readonly ConfFile[]): boolean {
  const sections = files.flatMap(({ text }) => sectionsOf(text));
  let list: string[] = [];
  for (const { key, how, value } of sections.filter(({ name }) => name === 'keyfile').flatMap(({ lines }) => lines)) {
    if (key !== 'unmanaged-devices') continue;
    const words = wordsOf(value);
    list = how === '+' ? [...list, ...words] : how === '-' ? list.filter((one) => !words.includes(one)) : words;
  }
  const device = sections.findLast(({ name, lines }) => {
    if (!/^device(-|$)/.test(name) || !lines.some(({ key }) => key === 'managed')) return false;
    const match = lines.findLast(({ key }) => key === 'match-device');
    return match === undefined || meansWired(wordsOf(match.value));
  });
  const managed = device?.lines.findLast(({ key }) => key === 'managed')?.value;
  return meansWired(list) || (managed !== undefined && /^(0|no|false|off)$/i.test(managed));
}

/** Of files with one name only the file in the last folder is read, in the order of names; `main` comes before files of /etc. */
export function inOrder(main: readonly ConfFile[], folders: readonly (readonly ConfFile[])[]): ConfFile[] {
  const nameOf = ({ path }: ConfFile) => path.slice(path.lastIndexOf('/') + 1);
  const byName = new Map(folders.flat().map((file) => [nameOf(file), file]));
  const sorted = [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
  const own = new Set(folders.at(-1));
  return [...sorted.filter((file) => !own.has(file)), ...main, ...sorted.filter((file) => own.has(file))];
}
