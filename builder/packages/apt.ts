import fs from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { contentKey, once, touch } from '../cache.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { parseDepends, parseStanzas } from './deb822.ts';
import { type AptSource, parseListFile, parseSourcesFile, printSources } from './sources.ts';

/** The architectures that BOEL is built for, as Debian names them. */
export const architectures = ['amd64', 'arm64'] as const;
export type Architecture = (typeof architectures)[number];

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
  /** The version of each package that apt would install; undefined where the name is no package. */
  facts(name: string): PackageFacts | undefined;
  /** The .deb of each, downloaded where the cache has none. */
  download(packages: readonly PackageFacts[]): Promise<AbsPath[]>;
};

/** Changes whenever the package lists do; empty where there are none. */
export async function listsKeyOf(cache: AbsPath, architecture: Architecture): Promise<string> {
  const folder = under(cache, 'apt', architecture, 'lists');
  const names = (await fs.readdir(folder).catch((): string[] => [])).filter((name) => /_Packages(\.\w+)?$/.test(name));
  if (names.length === 0) return '';
  const stats = await Promise.all(names.sort().map((name) => fs.stat(under(folder, name))));
  return contentKey(...stats.map((stat) => `${stat.size} ${Math.floor(stat.mtimeMs)}`));
}

/** Makes the private configuration below `cache`, and fetches package lists where there are none or `update` says so. */
export async function openApt(
  context: BuildContext,
  cache: AbsPath,
  architecture: Architecture,
  options: { update?: boolean } = {},
): Promise<Apt> {
  const home = under(cache, 'apt', architecture);
  const env = await configureApt(home, architecture, 'deb', await machineSources());
  const run = (argv: [string, ...string[]], why: string, cwd?: AbsPath) =>
    runOrFail(context, { argv, env, ...(cwd ? { cwd } : {}) }, why);
  if (options.update || (await listsKeyOf(cache, architecture)) === '') {
    context.say(`Fetching Debian's package lists for ${architecture}`);
    await run(['apt-get', 'update', '-q'], "Fetching Debian's package lists");
  }
  const listsKey = await listsKeyOf(cache, architecture);
  const index = await once(under(home, `index-${listsKey}.json`), async (temporary) => {
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
      const files = asked.map((facts) => under(debs, debName(facts)));
      const present = new Set(await fs.readdir(debs));
      const wanted = asked.filter((facts) => !present.has(debName(facts)));
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
      for (const file of files) await touch(file);
      return files;
    },
  };
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

/** Where this machine gets its Debian packages from. */
export async function machineSources(): Promise<AptSource[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = (await fs.readdir(folder).catch((): string[] => [])).sort().map((name) => under(folder, name));
  const sources: AptSource[] = [];
  for (const at of ['/etc/apt/sources.list', ...names]) {
    const parse = at.endsWith('.sources') ? parseSourcesFile : at.endsWith('.list') ? parseListFile : undefined;
    if (parse) sources.push(...parse(await fs.readFile(at, 'utf8').catch(() => '')));
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
  return { APT_CONFIG: under(home, 'apt.conf') };
}
