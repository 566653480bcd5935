import type { Architecture } from '../../common/boot/architectures.ts';
import fs from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { contentKey, once, touch } from '../cache.ts';
import { networkEnv } from '../network-env.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { parseDepends, parseStanzas } from './deb822.ts';
import { type AptSource, parseListFile, parseSourcesFile, printSources } from './sources.ts';

/** What Debian's package lists say of a package. */
export const PackageFacts = z.object({
  name: z.string(),
  version: z.string(),
  /** `all` for packages without programs. */
  architecture: z.string(),
  /** Depends and Pre-Depends; each group's alternatives in order. */
  depends: z.array(z.array(z.string())),
  downloadBytes: z.int(),
});
export type PackageFacts = z.infer<typeof PackageFacts>;

/** Debian's packages of one architecture, through a private configuration of apt: the machine's own is only read. */
export type Apt = {
  /** The version of a package that apt would install; undefined if the name is no package. */
  facts(name: string): PackageFacts | undefined;
  /** The .deb of each package, downloaded if the cache has none. */
  download(packages: readonly PackageFacts[]): Promise<AbsPath[]>;
};

/** apt's folder for the machine's current sources: other sources have other lists, in another folder. */
async function aptHome(cache: AbsPath, architecture: Architecture) {
  const sources = await machineSources();
  const key = contentKey(printSources(sources, 'deb')).slice(0, 12);
  return { sources, home: under(cache, 'apt', `${architecture}-${key}`) };
}

/** Written after all lists were fetched, so that an interrupted fetch does not count as a complete one. */
const wholeFile = (home: AbsPath) => under(home, 'lists-are-whole');

/** A key that changes whenever the package lists change; empty if there are no lists. */
export async function listsKeyOf(cache: AbsPath, architecture: Architecture): Promise<string> {
  return listsKey((await aptHome(cache, architecture)).home);
}

async function listsKey(home: AbsPath): Promise<string> {
  if (!(await touch(home)) || !(await fs.stat(wholeFile(home)).catch(() => undefined))) return '';
  const folder = under(home, 'lists');
  const names = (await fs.readdir(folder)).filter((name) => /_Packages(\.\w+)?$/.test(name));
  const stats = await Promise.all(names.sort().map((name) => fs.stat(under(folder, name))));
  return contentKey(...stats.map((stat) => `${stat.size} ${Math.floor(stat.mtimeMs)}`));
}

/** Older lists may miss a security update of the kernel that machines are installed with. */
const freshDays = 30;

/** Makes the private configuration below `cache`, and fetches package lists if there are none or with `update`. */
export async function openApt(
  context: BuildContext,
  cache: AbsPath,
  architecture: Architecture,
  options: { update?: boolean } = {},
): Promise<Apt> {
  const { home, sources } = await aptHome(cache, architecture);
  const env = await configureApt(home, architecture, 'deb', sources);
  const run = (argv: [string, ...string[]], why: string, cwd?: AbsPath) => runOrFail(context, { argv, env, cwd }, why);
  if (options.update || (await listsKey(home)) === '') {
    context.say(`Fetching Debian's package lists for ${architecture}`);
    // Without this option apt-get skips a source that does not answer, and the build would take an older kernel.
    const argv = ['apt-get', 'update', '-q', '-o', 'APT::Update::Error-Mode=any'] as const;
    await run([...argv], "Fetching Debian's package lists");
    await fs.writeFile(wholeFile(home), '');
  }
  const { mtimeMs } = await fs.stat(wholeFile(home));
  const days = Math.floor((context.io.now().getTime() - mtimeMs) / 86_400_000);
  if (days > freshDays) context.say(`Debian's package lists are ${days} days old (--update fetches them anew)`);
  const index = await once(under(home, `index-${await listsKey(home)}.json`), async (temporary) => {
    const { stdout } = await run(['apt-cache', 'dumpavail'], "Reading Debian's package lists");
    await fs.writeFile(temporary, JSON.stringify(parsePackages(stdout)));
  });
  const all = z.array(PackageFacts).parse(JSON.parse(await fs.readFile(index, 'utf8')));
  const packages = new Map(all.map((facts) => [facts.name, facts]));
  const debs = under(cache, 'debs');
  await fs.mkdir(debs, { recursive: true });

  return {
    facts: (name) => packages.get(name),
    async download(asked) {
      const wanted = await missingDebs(debs, asked);
      if (wanted.length > 0) {
        const bytes = wanted.reduce((sum, facts) => sum + facts.downloadBytes, 0);
        context.say(`Downloading ${wanted.length} packages, ${(bytes / 1024 ** 2).toFixed(1)} MiB`);
        const argv = wanted.map((facts) => `${facts.name}=${facts.version}` as const);
        await run(
          ['apt-get', 'download', '-q', ...argv],
          'Downloading Debian packages (try again with --update)',
          debs,
        );
      }
      const files = asked.map((facts) => under(debs, debName(facts)));
      for (const file of files) await touch(file);
      return files;
    },
  };
}

/** Packages whose .deb is missing or incomplete: apt-get writes to the final name from the start, and resumes a partial file. */
async function missingDebs(debs: AbsPath, asked: readonly PackageFacts[]): Promise<PackageFacts[]> {
  const sizes = await Promise.all(
    asked.map((facts) =>
      fs.stat(under(debs, debName(facts))).then(
        (stat) => stat.size,
        () => -1,
      ),
    ),
  );
  return asked.filter((facts, at) => sizes[at] !== facts.downloadBytes);
}

/** The file name that apt-get download gives: a colon in the version becomes %3a. */
export function debName(facts: Pick<PackageFacts, 'name' | 'version' | 'architecture'>): string {
  return `${facts.name}_${facts.version.replaceAll(':', '%3a')}_${facts.architecture}.deb`;
}

function parsePackages(text: string): PackageFacts[] {
  return parseStanzas(text).map((stanza) => ({
    name: stanza.get('Package') ?? '',
    version: stanza.get('Version') ?? '',
    architecture: stanza.get('Architecture') ?? '',
    depends: [...parseDepends(stanza.get('Pre-Depends') ?? ''), ...parseDepends(stanza.get('Depends') ?? '')],
    downloadBytes: Number(stanza.get('Size') ?? 0),
  }));
}

/** The text of a file, empty if there is none; a file that cannot be read must not change the packages without a word. */
const readIfThere = (at: string): Promise<string> =>
  fs.readFile(at, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });

/** The sources from which this machine gets Debian packages. */
export async function machineSources(): Promise<AptSource[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = (await fs.readdir(folder).catch((): string[] => [])).sort().map((name) => under(folder, name));
  const sources: AptSource[] = [];
  for (const at of ['/etc/apt/sources.list', ...names]) {
    const parse = at.endsWith('.sources') ? parseSourcesFile : at.endsWith('.list') ? parseListFile : undefined;
    if (parse) sources.push(...parse(await readIfThere(at)));
  }
  if (sources.length === 0)
    throw new UserError('this machine names no source of Debian packages', 'Add one to /etc/apt/sources.list.d.');
  return sources;
}

/** Writes apt.conf(5) and its folders below `home`; the result is the environment that makes apt use them. */
export async function configureApt(
  home: AbsPath,
  architecture: Architecture,
  type: 'deb' | 'deb-src',
  sources: readonly AptSource[],
): Promise<Record<string, string>> {
  for (const name of ['sources', 'lists/partial', 'state', 'archives/partial'])
    await fs.mkdir(under(home, name), { recursive: true });
  const config = `Dir::State "${home}/state";
Dir::State::status "${home}/state/status";
Dir::State::lists "${home}/lists";
Dir::Cache "${home}";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "${home}/sources";
APT::Architecture "${architecture}";
APT::Architectures { "${architecture}"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
`;
  await fs.writeFile(under(home, 'state/status'), '');
  await fs.writeFile(under(home, 'sources/machine.sources'), printSources(sources, type));
  await fs.writeFile(under(home, 'apt.conf'), config);
  return { ...networkEnv(process.env), APT_CONFIG: under(home, 'apt.conf') };
}
