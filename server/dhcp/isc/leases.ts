import { parseIpv4 } from '../../../common/model/ipv4.ts';
import { parseMac } from '../../../common/model/mac.ts';
import { UserError } from '../../../common/system/errors.ts';
import { colonBytes } from '../identity.ts';
import { type LeaseEntry, leaseHint } from '../kind.ts';
import { parseStatements, type Statement } from '../statements.ts';

/** Other statements of a lease file. dhcpd.leases(5), and the groups and hosts that omapi(3) adds. */
const others = new Set(
  'authoring-byte-order server-duid failover host group class subclass billing ia-na ia-ta ia-pd zone key subnet'.split(
    ' ',
  ),
);

/** States in which a machine holds its address; versions before 3.1 wrote the last two. Other states keep the last MAC. */
const held = new Set(['active', 'bootp', 'reserved']);

/** `ends 4 2026/11/26 09:00:00` (UTC), `ends epoch 1795683600`, `ends never`; in ms since 1970. */
function parseTime([, ...words]: readonly string[]): number | undefined {
  if (words[0] === 'never') return Number.POSITIVE_INFINITY;
  if (words[0] === 'epoch') return /^\d+$/.test(words[1] ?? '') ? Number(words[1]) * 1000 : undefined;
  const [, date = '', time = ''] = words;
  if (!/^\d{4}\/\d\d?\/\d\d?$/.test(date) || !/^\d\d?:\d\d:\d\d$/.test(time)) return undefined;
  const [year = 0, month = 0, day = 0] = date.split('/').map(Number);
  const [hour, minute, second] = time.split(':').map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** A client identifier as dhcpd.conf(5) and dhcpd.leases(5) have it: bytes in hex, or a text with octal escapes. */
export const clientIdOf = (word: string): string =>
  colonBytes(
    word.replaceAll(/\\([0-7]{3}|.)/gs, (_, one: string) =>
      one.length === 3 ? String.fromCharCode(Number.parseInt(one, 8)) : one,
    ),
  );

function parseLease(statement: Statement, file: string): LeaseEntry {
  const said = (...start: string[]) =>
    statement.block?.find(({ words }) => start.every((word, at) => words[at] === word));
  const problem = (line: number, what: string) => new UserError(`${file}, line ${line}: ${what}`, leaseHint);
  const [, ip = ''] = statement.words;
  if (parseIpv4(ip) === undefined || !statement.block)
    throw problem(statement.line, `${JSON.stringify(statement.words.join(' '))} is no lease of an address`);
  const state = said('binding', 'state')?.words[2] ?? 'active';
  const hardware = said('hardware');
  // Version 2 of dhcpd wrote the bare word `abandoned`.
  if (hardware?.words[1] !== 'ethernet' || state === 'abandoned' || said('abandoned')) return { ip };
  const mac = parseMac(hardware.words[2] ?? '');
  if (mac === undefined) throw problem(hardware.line, `${JSON.stringify(hardware.words[2] ?? '')} is no MAC`);
  const ends = said('ends');
  const endsMs = ends ? parseTime(ends.words) : Number.POSITIVE_INFINITY;
  if (endsMs === undefined) throw problem(ends?.line ?? statement.line, `${ends?.words.join(' ')} is no time`);
  const name = said('client-hostname')?.words[1];
  const uid = said('uid')?.words[1];
  const clientId = uid === undefined ? {} : { clientId: clientIdOf(uid) };
  return { ip, mac, endsMs, isHeld: held.has(state), ...clientId, name: name || undefined };
}

/** True for a file in the format of dhcpd.leases(5). */
export function isIscLeaseFile(text: string): boolean {
  return /^(lease \S+ \{|authoring-byte-order |server-duid |# The format of this file is documented in the dhcpd\.leases)/m.test(
    text,
  );
}

/** What dhcpd.leases(5) says of addresses. */
export function parseIscLeases(text: string, file: string): LeaseEntry[] {
  return parseStatements(text, file).flatMap((statement) => {
    const [word = ''] = statement.words;
    if (word === 'lease') return [parseLease(statement, file)];
    if (others.has(word)) return [];
    throw new UserError(
      `${file}, line ${statement.line}: ${JSON.stringify(statement.words.join(' ').slice(0, 60))} is nothing that dhcpd writes`,
      leaseHint,
    );
  });
}
