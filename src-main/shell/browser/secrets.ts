import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Secrets of links that nobody opened yet, and sessions; the oldest go first. */
const mostSecrets = 64;
const mostSessions = 256;

export type Secrets = Readonly<{
  /** A new secret for a link: 32 random bytes, good for one use. */
  mint: () => string;
  /** Takes a secret: a session's token if it was good, else undefined. */
  redeem: (secret: string) => string | undefined;
  isSession: (token: string) => boolean;
}>;

/** In memory only: no secret and no session outlives this process. */
export function createSecrets(): Secrets {
  const secrets: Buffer[] = [];
  const sessions: Buffer[] = [];
  return {
    mint: () => add(secrets, mostSecrets),
    redeem(secret) {
      const index = find(secrets, secret);
      if (index === -1) return undefined;
      secrets.splice(index, 1);
      return add(sessions, mostSessions);
    },
    isSession: (token) => find(sessions, token) !== -1,
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
