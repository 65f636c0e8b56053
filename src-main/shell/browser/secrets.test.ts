import { expect, it } from 'vitest';

import { secretPattern } from './guard.ts';
import { createSecrets, isSame } from './secrets.ts';

it('gives a session for a secret, once', () => {
  const secrets = createSecrets();
  const secret = secrets.mint();
  expect(secret).toMatch(secretPattern);
  expect(secrets.isSession(secret)).toBe(false);
  const { cookie, key } = secrets.redeem(secret)!;
  expect(cookie).toMatch(secretPattern);
  expect(key).toMatch(secretPattern);
  expect(new Set([secret, cookie, key]).size).toBe(3);
  expect(secrets.isSession(cookie)).toBe(true);
  expect(secrets.isKeyOf(cookie, key)).toBe(true);
  expect(secrets.isKeyOf(key, cookie)).toBe(false);
  expect(createSecrets().isKeyOf(cookie, key)).toBe(false);
  expect(secrets.redeem(secret)).toBeUndefined();
  expect(secrets.redeem(cookie)).toBeUndefined();
  expect(secrets.redeem('')).toBeUndefined();
});

it('keeps links apart, and knows none of another start', () => {
  const secrets = createSecrets();
  const [first, second] = [secrets.mint(), secrets.mint()];
  expect(secrets.redeem(second)).toBeDefined();
  expect(createSecrets().redeem(first)).toBeUndefined();
  expect(secrets.redeem(first)).toBeDefined();
});

it('forgets the oldest of very many links', () => {
  const secrets = createSecrets();
  const links = Array.from({ length: 100 }, () => secrets.mint());
  expect(secrets.redeem(links[0]!)).toBeUndefined();
  expect(secrets.redeem(links.at(-1)!)).toBeDefined();
});

it('compares texts of any length', () => {
  expect(isSame('a', 'a')).toBe(true);
  expect(isSame('a', 'ab')).toBe(false);
});
