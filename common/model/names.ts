import { z } from 'zod';

const named = (pattern: RegExp, what: string) => z.string().regex(pattern, what);

/** An image's name: it becomes a directory, an rsync module and part of scripts. */
export const ImageName = named(
  // rsyncd.conf(5) takes [Boot] for [boot], and [global] for its own settings.
  /^(?!(scripts|overrides|boot|global)$)[a-z0-9][a-z0-9._-]{0,127}$/i,
  'an image name is letters, digits, dot, dash and underscore, starts with a letter or digit, and is not scripts, overrides, boot or global',
);
export type ImageName = z.infer<typeof ImageName>;

/** The name of an autoinstall script below scripts/: HOST.sh or NAME.master. */
export const ScriptName = named(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,139}$/,
  'a script name is letters, digits, dot, dash and underscore',
);

/** The first label of a host name, lower case (RFC 1123 section 2.1). It names HOST.sh. */
export const HostName = named(
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  'a host name is letters, digits and dashes, at most 63, and neither starts nor ends with a dash',
);
export type HostName = z.infer<typeof HostName>;

/** A DNS domain name, lower case (RFC 1035, RFC 1123). */
export const DomainName = named(
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
  'a domain name is labels of letters, digits and dashes, joined by dots',
);

/** The first label of a host name, as it is written. */
export const firstLabel = (name: string): string => name.split('.', 1)[0] ?? '';

/** The host part of `text`: its first label in lower case, or undefined if that label is no host name. */
export function hostPart(text: string): HostName | undefined {
  const result = HostName.safeParse(firstLabel(text).toLowerCase());
  return result.success ? result.data : undefined;
}
