import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { previewPrefix } from '#contract/report.ts';

import {
  ask,
  askRaw,
  openedLink,
  startTestServer,
  type TestServer,
} from '../../testing/processes/browser-server.ts';
import { contentSecurityPolicy } from '../csp.ts';
import { createDispatch } from '../dispatch.ts';
import { bridgePath, startBrowserServer } from './server.ts';

const previewPath = `${previewPrefix}${'p'.repeat(32)}`;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(
    { 'datasets.list': () => [] },
    new Map([[previewPath, '<!doctype html><title>A report</title>']]),
  );
});
afterAll(() => server.close());

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** What must not get in, each with everything else as it should be. */
const intruders = (): Record<string, Record<string, string>> => ({
  'foreign Host': { host: 'evil.example', cookie: server.cookie },
  'rebound Host': { host: `evil.example:${server.port}`, cookie: server.cookie },
  'foreign Origin': { origin: 'http://evil.example', cookie: server.cookie },
  'Origin that only begins so': { origin: `${server.origin}.evil.example`, cookie: server.cookie },
  'opaque Origin': { origin: 'null', cookie: server.cookie },
  'no cookie': {},
  'wrong cookie': { cookie: `twofold-${server.port}=${'A'.repeat(43)}` },
  'cross-site': { 'sec-fetch-site': 'cross-site', cookie: server.cookie },
  'same-site': { 'sec-fetch-site': 'same-site', cookie: server.cookie },
});

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];

describe('every route', () => {
  it('is one of these', () => {
    expect([...server.routes].sort()).toEqual([
      'GET /',
      'GET /assets/app.css',
      'GET /assets/app.js',
      'GET /open/:secret',
      'GET /report-preview/:token',
    ]);
  });

  it('answers 403 to intruders, paths without a route and other methods included', async () => {
    const routes = server.routes.map((route) => route.split(' ') as [string, string]);
    const guarded = [
      ...routes.filter(([, path]) => !path.startsWith('/open/')),
      ['GET', '/open/'],
      ['GET', '/open/short'],
      ['GET', previewPath],
      ['GET', '/none'],
      ['GET', '/index.html'],
      ['GET', '/%zz'],
      ['GET', '*'],
      ['GET', bridgePath],
      ['POST', '/'],
      ['POST', '/open/x'],
      ['PUT', '/assets/app.js'],
      ['HEAD', '/'],
      ['OPTIONS', '/'],
      ['TRACE', '/'],
    ] as const;
    const requests = [
      ...guarded,
      // Every route there is, by every method.
      ...methods.flatMap((method) =>
        [...routes.map(([, path]) => path), previewPath, bridgePath]
          .filter((path) => path !== '/open/:secret')
          .map((path) => [method, path] as const),
      ),
    ];
    for (const [name, headers] of Object.entries(intruders())) {
      for (const [method, path] of requests) {
        const answer = await ask(server.port, { method, path, headers });
        expect([name, method, path, answer.status]).toEqual([name, method, path, 403]);
        expect(answer.headers['content-security-policy']).toBe(contentSecurityPolicy);
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(
          Object.keys(answer.headers).filter((header) => header.startsWith('access-control')),
        ).toEqual([]);
        expect(answer.body).not.toContain('screens');
      }
    }
  });

  it('that is added later is behind the guard as well: nothing is asked for before it', async () => {
    const wanted: string[] = [];
    const paths = fc.array(
      fc.webPath().filter((path) => path.startsWith('/') && !/[:*%]/.test(path)),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(paths, fc.constantFrom(...methods), async (added, method) => {
        const later = await startBrowserServer({
          port: 0,
          files: new Map(
            ['/', ...added].map((path) => [
              path,
              { type: 'text/plain', body: Buffer.from('screens'), cacheControl: 'no-store' },
            ]),
          ),
          dispatch: createDispatch({} as never, { isChecking: false }),
          previewAt: (path) => {
            wanted.push(path);
            return 'screens';
          },
          onEvent: () => () => {},
        });
        try {
          for (const path of [...added, previewPath]) {
            const answer = await ask(later.port, { method, path });
            expect([path, answer.status, answer.body.includes('screens')]).toEqual([
              path,
              403,
              false,
            ]);
          }
        } finally {
          await later.close();
        }
      }),
      { numRuns: 12 },
    );
    expect(wanted).toEqual([]);
  });

  it('answers 403 to an intruder who waits for a go-ahead or expects something', async () => {
    for (const expected of ['100-continue', 'magic']) {
      const answer = await ask(server.port, {
        method: 'POST',
        headers: { expect: expected },
        body: 'x',
      });
      expect(answer.status).toBe(403);
    }
  });

  it('answers 403 to requests without a Host, with two, or with an absolute target of another', async () => {
    const cookie = `Cookie: ${server.cookie}\r\n`;
    const ours = `Host: ${server.host}\r\n`;
    for (const text of [
      `GET / HTTP/1.1\r\n${cookie}\r\n`,
      `GET / HTTP/1.0\r\n${cookie}\r\n`,
      `GET / HTTP/1.1\r\n${ours}Host: evil.example\r\n${cookie}\r\n`,
      `GET / HTTP/1.1\r\nHost: evil.example\r\n${ours}${cookie}\r\n`,
      `GET http://evil.example/ HTTP/1.1\r\n${ours}${cookie}\r\n`,
    ]) {
      expect(await askRaw(server.port, text)).toMatch(/^HTTP\/1\.1 403 /);
    }
  });
});

describe('the socket', () => {
  it('answers 403 to intruders at every path', async () => {
    for (const [name, headers] of Object.entries(intruders())) {
      for (const path of [bridgePath, '/', '/open/x', `/open/${'A'.repeat(43)}`, '/none']) {
        const answer = await ask(server.port, { path, headers: { ...upgrade, ...headers } });
        expect([name, path, answer.status]).toEqual([name, path, 403]);
      }
    }
  });

  it('does not spend a link on an upgrade', async () => {
    const path = new URL(server.mintLink()).pathname;
    expect((await ask(server.port, { path, headers: upgrade })).status).toBe(403);
    expect((await ask(server.port, { path })).status).toBe(303);
  });

  it('opens at its own path only, for its own pages', async () => {
    const headers = {
      ...upgrade,
      cookie: server.cookie,
      origin: server.origin,
      'sec-websocket-protocol': server.protocols.join(', '),
    };
    expect((await ask(server.port, { path: bridgePath, headers })).status).toBe(101);
    for (const path of [`${bridgePath}?x`, `${bridgePath}/`, '/', '/none']) {
      expect((await ask(server.port, { path, headers })).status).toBe(404);
    }
  });
});

it('opens no socket for the cookie alone, which every server on this machine is given', async () => {
  const [protocol = '', key = ''] = server.protocols;
  const other = openedLink(await ask(server.port, { path: new URL(server.mintLink()).pathname }));
  for (const offered of [
    undefined,
    protocol,
    key,
    `${key}, ${protocol}`,
    `${protocol}, `,
    `${protocol}, ${key.slice(1)}`,
    `${protocol}, ${server.cookie.split('=')[1] ?? ''}`,
    // Of another session.
    other.protocols.join(', '),
  ]) {
    const headers = {
      ...upgrade,
      cookie: server.cookie,
      origin: server.origin,
      ...(offered === undefined ? {} : { 'sec-websocket-protocol': offered }),
    };
    const { status } = await ask(server.port, { path: bridgePath, headers });
    expect([offered, status]).toEqual([offered, 403]);
  }
});

describe('the one-time link', () => {
  it('sets a strict cookie once and moves on', async () => {
    const path = new URL(server.mintLink()).pathname;
    const first = await ask(server.port, { path });
    expect(first.status).toBe(303);
    expect(first.headers.location).toMatch(/^\/#session=[\w-]{43}$/);
    expect(first.headers['cache-control']).toBe('no-store');
    const [cookie] = first.headers['set-cookie']!;
    expect(cookie).toMatch(
      new RegExp(`^twofold-${server.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    const second = await ask(server.port, { path });
    expect(second.status).toBe(403);
    expect(second.headers['set-cookie']).toBeUndefined();
    const screens = await ask(server.port, { headers: { cookie: cookie!.split(';')[0]! } });
    expect(screens.status).toBe(200);
  });

  it('is refused under a foreign Host, and stays good', async () => {
    const path = new URL(server.mintLink()).pathname;
    expect((await ask(server.port, { path, headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await ask(server.port, { path, method: 'HEAD' })).status).toBe(403);
    expect((await ask(server.port, { path })).status).toBe(303);
  });

  it('moves on by a page where another site was left for it, so that the strict cookie comes along', async () => {
    const path = new URL(server.mintLink()).pathname;
    const answer = await ask(server.port, { path, headers: { 'sec-fetch-site': 'cross-site' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('http-equiv="refresh" content="0; url=/#session=');
    expect(answer.headers['set-cookie']).toHaveLength(1);
  });

  it('cannot be guessed', async () => {
    for (const secret of ['A'.repeat(43), '_'.repeat(43)]) {
      expect((await ask(server.port, { path: `/open/${secret}` })).status).toBe(403);
    }
  });
});

describe('the screens', () => {
  it('come with their type and the rules for browsers', async () => {
    for (const [path, type] of [
      ['/', 'text/html; charset=utf-8'],
      ['/assets/app.js', 'text/javascript; charset=utf-8'],
      ['/assets/app.css', 'text/css; charset=utf-8'],
    ] as const) {
      const { status, headers } = await ask(server.port, {
        path,
        headers: { cookie: server.cookie },
      });
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': type,
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'x-frame-options': 'DENY',
      });
    }
  });

  it.each([
    '/index.html',
    '/assets',
    '/assets/',
    '/assets/none.js',
    '/../package.json',
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/%2e%2e/package.json',
    '/..\\package.json',
    '//etc/passwd',
    '/@fs/etc/passwd',
    '/assets/app.js/../../../package.json',
    '/assets/app.js%00.css',
    '/assets-other/app.js',
    '/assets/app.js.map',
  ])('%s is no file of theirs', async (path) => {
    const { status, body } = await ask(server.port, { path, headers: { cookie: server.cookie } });
    expect(status).toBe(404);
    expect(body).toBe('Not found.\n');
  });

  it('may frame a preview, which has an origin of its own; another path of its kind is none', async () => {
    const get = (path: string) => ask(server.port, { path, headers: { cookie: server.cookie } });
    const { status, headers, body } = await get(previewPath);
    expect([status, body]).toEqual([200, '<!doctype html><title>A report</title>']);
    expect(headers['content-security-policy']).toMatch(
      /^sandbox allow-scripts allow-modals; .*frame-ancestors 'self'$/,
    );
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    for (const path of [`${previewPath}x`, `${previewPath}?x`, previewPrefix, `${previewPath}/x`])
      expect((await get(path)).status, path).toBe(404);
    // What the page asks for comes from no origin: the guard refuses it, whatever cookie comes along.
    const headersOfFrame = {
      cookie: server.cookie,
      origin: 'null',
      'sec-fetch-site': 'cross-site',
    };
    expect((await ask(server.port, { path: '/', headers: headersOfFrame })).status).toBe(403);
  });

  it('are not changed by a query', async () => {
    const { body } = await ask(server.port, {
      path: '/assets/app.js?raw??&import',
      headers: { cookie: server.cookie },
    });
    expect(body).toBe('export {};');
  });
});

it('listens on the loopback address alone', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal }) => !internal);
  for (const { address } of others) {
    const outcome = await new Promise<string>((resolve) => {
      const socket = connect(server.port, address, () => resolve('connected'));
      socket.on('error', () => resolve('refused'));
    });
    expect(outcome).toBe('refused');
  }
});
