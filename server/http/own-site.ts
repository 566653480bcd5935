import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { askedFrom, type WebEnv, type WebFacts } from './context.ts';

/** The answer to a request that is refused. */
export type Refusal = { status: 403 | 415 | 421; error: string; hint: string };

/** A host with its port as URLs write both (RFC 3986 section 3.2): a name, an IPv4 address, or [IPv6]. */
const authority = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::\d{0,5})?$/;

/**
 * True if Host means this server. A page whose name changes its address after the page was loaded (DNS rebinding) still sends
 * that name; an address cannot be rebound, and behind address translation it need not be one of our addresses.
 */
function isOwnHost(host: string, names: readonly string[]): boolean {
  const [, ipv6, name = ''] = authority.exec(host) ?? [];
  if (ipv6 !== undefined) return isIP(ipv6) === 6;
  return isIP(name) === 4 || names.includes(name.toLowerCase().replace(/\.$/, ''));
}

/** True if an Origin header (RFC 6454) names the host that was asked; behind a proxy with TLS, the scheme differs. */
function isOwnOrigin(origin: string, host: string): boolean {
  const asked = URL.parse(`${origin.split(':')[0]}://${host}`)?.host;
  return /^https?:/.test(origin) && asked !== undefined && URL.parse(origin)?.host === asked;
}

/** Fetch metadata (W3C): a link from another site to a page here does no harm; other requests of other sites are refused. */
function isOwnFetch(method: string, header: (name: string) => string | undefined): boolean {
  const isLink = method === 'GET' && header('sec-fetch-mode') === 'navigate' && header('sec-fetch-dest') === 'document';
  return isLink || ['same-origin', 'none'].includes(header('sec-fetch-site') ?? 'none');
}

/**
 * Refuses a request that a page of another site may have had a browser send; undefined for all others. Machines, firmware and
 * programs send no Origin, and ask by an address or by a name of this server.
 */
export function refuseForeign(
  method: string,
  header: (name: string) => string | undefined,
  { names, settingsFile }: { names: readonly string[]; settingsFile: string },
): Refusal | undefined {
  const host = header('host');
  if (host !== undefined && !isOwnHost(host, names)) {
    const error = `${JSON.stringify(host.slice(0, 255))} is no name of this server`;
    return {
      status: 421,
      error,
      hint: `Ask by the address of the server, or add the name to names in ${settingsFile}.`,
    };
  }
  const origin = header('origin');
  if ((origin !== undefined && !isOwnOrigin(origin, host ?? '')) || !isOwnFetch(method, header))
    return { status: 403, error: 'pages of other sites are not answered', hint: 'Open the status page itself: /.' };
  // A page of another site may send other types without a preflight (Fetch, CORS-safelisted request-header).
  if (!['GET', 'HEAD'].includes(method) && !/^application\/json *(;|$)/i.test(header('content-type') ?? ''))
    return { status: 415, error: 'only JSON is taken', hint: 'Send the report with content-type: application/json.' };
  return undefined;
}

/** How many unknown names are told on the console. */
const toldNames = 20;

/** Refuses requests that a page of another site may have caused. */
export function onlyOwnSite({ names, paths, say }: WebFacts): MiddlewareHandler<WebEnv> {
  const told = new Set<string>();
  return async (c, next) => {
    const refusal = refuseForeign(c.req.method, (name) => c.req.header(name), { names, settingsFile: paths.config });
    if (!refusal) return next();
    const { status, error, hint } = refusal;
    if (status === 421 && !told.has(error) && told.size < toldNames) {
      told.add(error);
      say(`${askedFrom(c)} asks for another server: ${error}. ${hint}`);
    }
    return c.json({ error, hint }, status);
  };
}
