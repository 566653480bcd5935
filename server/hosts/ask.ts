import { DomainName } from '../../common/model/names.ts';
import { UserError } from '../../common/system/errors.ts';
import { answered, problemOf, select, text } from '../../common/answers.ts';
import { checkedHostNames, hostNames, parseIpRange, printMachines } from './host-range.ts';

/** What the flags or the questions give. */
export type AddOptions = {
  client?: string;
  hostRange?: string;
  domainname?: string;
  image?: string;
  ipRange?: string;
  netmask?: string;
  macFile?: string;
  group?: string[];
  dryRun?: boolean;
};

/** Asks for what was not typed, in the classic three parts: host names, image, addresses. */
export async function askForClients(typed: AddOptions, images: readonly string[]): Promise<AddOptions> {
  if (images.length === 0)
    throw new UserError(
      'this server has no image with a script, for machines to install',
      'getimage makes image and script; mkautoinstallscript -image NAME writes the script of an image that is there.',
    );
  const ask = async (message: string, validate: (value: string) => string | undefined, initialValue = '') =>
    answered(await text({ message, initialValue, validate: (value) => validate(value ?? '') })).trim();
  const client =
    typed.client ??
    (await ask(
      'What do the host names begin with (www), or what are all host names (www1-www20)?',
      problemOfNames,
      'www',
    ));
  const isAll = hostNames(client).length > 1 || typed.hostRange !== undefined;
  const hostRange =
    typed.hostRange ??
    (isAll
      ? undefined
      : await ask('Which numbers follow (1-20; empty: there is one machine)?', (value) =>
          problemOf(() => checkedHostNames(client, value === '' ? undefined : value)),
        ));
  const names = checkedHostNames(client, hostRange === '' ? undefined : hostRange);
  const domainname =
    typed.domainname ??
    (await ask('What is the domain of the machines (empty for none, or as before)?', (value) =>
      value === '' || DomainName.safeParse(value.toLowerCase()).success
        ? undefined
        : 'A domain is labels joined by dots.',
    ));
  const image =
    typed.image ??
    answered(
      await select({ message: 'Which image do the machines install?', options: images.map((value) => ({ value })) }),
    );
  const ipRange =
    typed.ipRange ??
    (await ask(`Which addresses do ${printMachines(names)} have (empty: as before, or DHCP alone knows)?`, (value) =>
      value === '' ? undefined : problemOf(() => checkEnough(names, parseIpRange(value, typed.netmask), value)),
    ));
  return {
    ...typed,
    client,
    image,
    ...(hostRange === undefined || hostRange === '' ? {} : { hostRange }),
    ...(domainname === '' ? {} : { domainname }),
    ...(ipRange === '' ? {} : { ipRange }),
  };
}

/** What is wrong with names, or with what they begin with. */
const problemOfNames = (value: string) =>
  problemOf(() => (hostNames(value).length > 1 ? checkedHostNames(value) : checkedHostNames(value, '1')));

/** Refuses a range that is too short; of a longer range, the first addresses are taken. */
export function checkEnough(names: readonly string[], ips: readonly string[], range: string): void {
  if (ips.length >= names.length) return;
  throw new UserError(
    `${names.length} machines, and ${ips.length} addresses in ${range}`,
    'Give at least as many: addresses of networks and broadcasts (those that end in 0 or 255, without -netmask) do not count.',
  );
}
