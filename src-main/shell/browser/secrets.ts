import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Secrets of links that nobody opened yet, and sessions; the oldest go first. */
const mostSecrets = 64;
const mostSessions = 256;

/** A session's two secrets. Browsers send the cookie to every port of this machine; the key stays with the pages of one. */
export type Session = Readonly<{ cookie: string; key: string }>;

export type Secrets = Readonly<{
  /** A new secret for a link: 32 random bytes, good for one use. */
  mint: () => string;
  /** Takes a secret: a session if it was good, else undefined. */
  redeem: (secret: string) => Session | undefined;
  isSession: (cookie: string) => boolean;
  isKeyOf: (cookie: string, key: string) => boolean;
}>;

/** In memory only: no secret and no session outlives this process. */
export function createSecrets(): Secrets {
  const secrets: Buffer[] = [];
  const sessions: Buffer[] = [];
  const own = randomBytes(32);
  const keyOf = (cookie: string): string =>
    createHmac('sha256', own).update(cookie).digest('base64url');
  return {
    mint: () => add(secrets, mostSecrets),
    redeem(secret) {
      const index = find(secrets, secret);
      if (index === -1) return undefined;
      secrets.splice(index, 1);
      const cookie = add(sessions, mostSessions);
      return { cookie, key: keyOf(cookie) };
    },
    isSession: (cookie) => find(sessions, cookie) !== -1,
    isKeyOf: (cookie, key) => isSame(key, keyOf(cookie)),
  };
}

/** Whether two secrets are equal, in a time that does not depend on where they differ. */
export function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function add(digests: Buffer[], most: number): string {
  const secret = randomBytes(32).toString('base64url');
  digests.push(digest(secret));
  if (digests.length > most) digests.shift();
  return secret;
}

// Looks at all of them, so that the time tells nothing of the place either.
function find(digests: readonly Buffer[], secret: string): number {
  const given = digest(secret);
  let found = -1;
  for (const [index, known] of digests.entries()) {
    if (timingSafeEqual(given, known)) found = index;
  }
  return found;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
