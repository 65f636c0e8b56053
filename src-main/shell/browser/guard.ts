import { bridgeProtocol } from '#contract/session.ts';

import type { Secrets } from './secrets.ts';

/** What the guard looks at, taken from a request without interpretation. */
export type RequestFacts = Readonly<{
  method: string | undefined;
  /** The request target as sent, with its query. */
  target: string | undefined;
  /** Every Host header: more than one is refused. */
  hosts: readonly string[];
  origin: string | undefined;
  fetchSite: string | undefined;
  cookie: string | undefined;
  /** As a socket offers them. */
  protocols: string | undefined;
}>;

/**
 * `open`: the one route without a cookie, which still needs its secret. `allowed`: what is the same for everybody, such as the screens.
 * `trusted`: also what is the user's own, which only the socket hands out.
 */
export type Verdict = 'open' | 'allowed' | 'trusted' | 'denied';

/** 32 random bytes as base64url. */
export const secretPattern = /^[A-Za-z0-9_-]{43}$/;
export const openPrefix = '/open/';

/** Cookies are shared by all ports of a host: the name tells ours from another shell's. */
export const cookieName = (port: number): string => `twofold-${port}`;

/**
 * Denied by default, for every route there is or will be, static files, unknown paths and the socket's upgrade included. Only
 * what names this server exactly, comes from its own pages (or from none) and brings its cookie passes. The cookie alone opens no
 * socket: the browser gives it to every other server on this machine that its user visits (RFC 6265, section 8.5).
 */
export function judge(
  facts: RequestFacts,
  port: number,
  { isSession, isKeyOf }: Pick<Secrets, 'isSession' | 'isKeyOf'>,
): Verdict {
  const host = facts.hosts[0];
  if (facts.hosts.length !== 1 || host === undefined) return 'denied';
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return 'denied';
  // An absolute target names a host of its own.
  if (facts.target?.startsWith('/') !== true) return 'denied';
  if (facts.method === 'GET' && secretOf(facts.target) !== undefined) return 'open';
  if (facts.origin !== undefined && facts.origin !== `http://${host}`) return 'denied';
  if (
    facts.fetchSite !== undefined &&
    facts.fetchSite !== 'same-origin' &&
    facts.fetchSite !== 'none'
  ) {
    return 'denied';
  }
  const cookie = cookieValues(facts.cookie, cookieName(port)).find(isSession);
  if (cookie === undefined) return 'denied';
  const [protocol, key] = (facts.protocols ?? '').split(',').map((name) => name.trim());
  return protocol === bridgeProtocol && key !== undefined && isKeyOf(cookie, key)
    ? 'trusted'
    : 'allowed';
}

/** The secret of `/open/<secret>`, exactly so: no query, no encoding, no further segment. */
export function secretOf(target: string | undefined): string | undefined {
  if (target === undefined || !target.startsWith(openPrefix)) return undefined;
  const secret = target.slice(openPrefix.length);
  return secretPattern.test(secret) ? secret : undefined;
}

function cookieValues(header: string | undefined, name: string): string[] {
  if (header === undefined) return [];
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
