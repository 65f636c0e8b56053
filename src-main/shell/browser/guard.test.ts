import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cookieName, judge, secretOf, type RequestFacts } from './guard.ts';

const port = 4321;
const token = 'T'.repeat(43);
const secret = 's'.repeat(43);
const key = 'k'.repeat(43);
const secrets = {
  isSession: (given: string) => given === token,
  isKeyOf: (cookie: string, given: string) => cookie === token && given === key,
};
const good: RequestFacts = {
  method: 'GET',
  target: '/',
  hosts: [`127.0.0.1:${port}`],
  origin: undefined,
  fetchSite: undefined,
  cookie: `${cookieName(port)}=${token}`,
  protocols: undefined,
};
const verdict = (change: Partial<RequestFacts>) => judge({ ...good, ...change }, port, secrets);

describe('judge', () => {
  it('lets through what names this server, comes from its pages or from none, and brings its cookie', () => {
    expect(verdict({})).toBe('allowed');
    expect(verdict({ hosts: [`localhost:${port}`], origin: `http://localhost:${port}` })).toBe(
      'allowed',
    );
    expect(verdict({ origin: `http://127.0.0.1:${port}`, fetchSite: 'same-origin' })).toBe(
      'allowed',
    );
    expect(
      verdict({ fetchSite: 'none', cookie: `other=1; ${cookieName(port)}=${token}; more=2` }),
    ).toBe('allowed');
  });

  it('trusts what brings the key of its session too', () => {
    expect(verdict({ protocols: `twofold, ${key}` })).toBe('trusted');
    for (const protocols of [key, 'twofold', `twofold,${key.slice(1)}`, `other, ${key}`])
      expect(verdict({ protocols })).toBe('allowed');
    expect(verdict({ protocols: `twofold, ${key}`, cookie: undefined })).toBe('denied');
  });

  it.each([
    ['foreign Host', { hosts: ['evil.example'] }],
    ['rebound Host with our port', { hosts: [`evil.example:${port}`] }],
    ['Host with another port', { hosts: ['127.0.0.1:80'] }],
    ['Host without port', { hosts: ['127.0.0.1'] }],
    ['Host that only begins so', { hosts: [`127.0.0.1:${port}.evil.example`] }],
    ['Host that only ends so', { hosts: [`evil.example#127.0.0.1:${port}`] }],
    ['other loopback address', { hosts: [`127.0.0.2:${port}`] }],
    ['no Host', { hosts: [] }],
    ['absolute target', { target: 'http://evil.example/' }],
    ['target of no path', { target: '*' }],
    ['two Hosts', { hosts: [`127.0.0.1:${port}`, 'evil.example'] }],
    ['foreign Origin', { origin: 'http://evil.example' }],
    ['Origin of a sibling port', { origin: 'http://127.0.0.1:80' }],
    ['Origin of the other name', { origin: `http://localhost:${port}` }],
    ['Origin by https', { origin: `https://127.0.0.1:${port}` }],
    ['opaque Origin', { origin: 'null' }],
    ['empty Origin', { origin: '' }],
    ['Origin that only begins so', { origin: `http://127.0.0.1:${port}.evil.example` }],
    ['cross-site fetch', { fetchSite: 'cross-site' }],
    ['same-site fetch', { fetchSite: 'same-site' }],
    ['unknown Sec-Fetch-Site', { fetchSite: 'same-origin, cross-site' }],
    ['no cookie', { cookie: undefined }],
    ['empty cookie', { cookie: `${cookieName(port)}=` }],
    ['cookie of another port', { cookie: `${cookieName(port + 1)}=${token}` }],
    ['cookie under a longer name', { cookie: `x${cookieName(port)}=${token}` }],
    ['wrong token', { cookie: `${cookieName(port)}=${'t'.repeat(43)}` }],
  ] as const)('denies: %s', (_, change) => {
    expect(verdict(change)).toBe('denied');
  });

  it('asks no cookie of the one-time link, but its Host', () => {
    const open = { target: `/open/${secret}`, cookie: undefined };
    expect(verdict(open)).toBe('open');
    expect(verdict({ ...open, hosts: ['evil.example'] })).toBe('denied');
    expect(verdict({ ...open, method: 'POST' })).toBe('denied');
    expect(verdict({ ...open, method: 'HEAD' })).toBe('denied');
  });

  it.each([
    '/open/',
    '/open/short',
    `/open/${secret}?x=1`,
    `/open/${secret}/`,
    `/open/../${secret}`,
    `//open/${secret}`,
    `/open/${secret}%00`,
    `/OPEN/${secret}`,
    `/open/${secret}\n`,
  ])('takes %j for no one-time link', (target) => {
    expect(secretOf(target)).toBeUndefined();
    expect(verdict({ target, cookie: undefined })).toBe('denied');
  });

  it('allows nothing without a session, whatever else is sent', () => {
    const text = fc.option(fc.string(), { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({
          method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS'),
          target: fc.option(fc.webPath(), { nil: undefined }),
          hosts: fc.array(fc.oneof(fc.string(), fc.constant(`127.0.0.1:${port}`)), {
            maxLength: 2,
          }),
          origin: text,
          fetchSite: text,
          cookie: text,
          protocols: text,
        }),
        (facts) => {
          expect(judge(facts, port, secrets)).toBe('denied');
        },
      ),
    );
  });
});
