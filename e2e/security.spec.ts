import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import WebSocket from 'ws';

import { previewPrefix } from '../src-main/contract/report.ts';
import { readRendererFiles } from '../src-main/shell/renderer-files.ts';
import { expect, test } from './fixtures.ts';
import { redeem } from './scenarios/bridge.ts';
import type { Server } from './scenarios/server.ts';

type Headers = Readonly<Record<string, string>>;
type Answer = Readonly<{ status: number; headers: IncomingHttpHeaders; body: string }>;

test('whatever a stranger asks for is refused, the socket included', async ({ server }) => {
  const { cookie } = await redeem(server.link);
  const linked = await pageAndAssets(server, cookie);
  // All that is served, whether a page links it or a script loads it later.
  const served = [...readRendererFiles('out/renderer').keys()];
  expect(served).toEqual(expect.arrayContaining(linked));
  expect(served.length).toBeGreaterThan(5);
  const paths = [
    ...served,
    '/no-such-path',
    '/bridge',
    '/index.html?raw',
    `${previewPrefix}${'A'.repeat(32)}`,
  ];

  const isAsset = (path: string) => path.startsWith('/assets/');
  for (const [what, headers] of strangers(server, cookie)) {
    await test.step(what, async () => {
      for (const path of paths) {
        // Other methods are tried on every route, in unit tests.
        for (const method of isAsset(path) ? ['GET'] : ['GET', 'HEAD', 'POST', 'OPTIONS']) {
          const { status, body, headers: sent } = await ask(server, path, headers, method);
          expect(status, `${method} ${path}`).toBe(403);
          expect(body, `${method} ${path}`).toMatch(
            method === 'HEAD' ? /^$/ : /^Refused\. Open the link that Twofold printed/,
          );
          expect(sent['access-control-allow-origin'], `${method} ${path}`).toBeUndefined();
        }
      }
      for (const path of ['/bridge', '/', '/no-such-path']) {
        expect(await openSocket(server, path, headers), `socket at ${path}`).toBe(403);
      }
    });
  }
});

test('who opened the link gets the page, its assets and the socket', async ({ server }) => {
  const { cookie, protocols } = await redeem(server.link);
  for (const host of [`127.0.0.1:${portOf(server)}`, `localhost:${portOf(server)}`]) {
    const own = { cookie, host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    for (const path of await pageAndAssets(server, cookie)) {
      const { status, headers } = await ask(server, path, own);
      expect(status, path).toBe(200);
      expect(headers['x-content-type-options'], path).toBe('nosniff');
      expect(headers['cross-origin-resource-policy'], path).toBe('same-origin');
      expect(headers['content-security-policy'], path).toContain("default-src 'self'");
      expect(headers['content-security-policy'], path).not.toMatch(/unsafe|https?:|data:|\*/);
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
    }
    expect((await ask(server, '/no-such-path', own)).status).toBe(404);
    expect(await openSocket(server, '/bridge', own, protocols)).toBe(101);
  }
});

test('files are found by their name only, never by a path', async ({ server }) => {
  const { cookie } = await redeem(server.link);
  for (const path of [
    '/../package.json',
    '/assets/../../../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%2f..%2fpackage.json',
    '/assets/%5c..%5c..%5cpackage.json',
    '/@fs/etc/hostname',
    '/index.html/../../../package.json?import&raw??',
    '//etc/hostname',
  ]) {
    const { status, body } = await ask(server, path, { cookie });
    expect([400, 404], path).toContain(status);
    expect(body, path).not.toContain('dependencies');
  }
});

test('a link opens once', async ({ server }) => {
  const path = new URL(server.link).pathname;

  // What does not open it does not use it up either.
  expect((await ask(server, path, { host: 'evil.example' })).status).toBe(403);
  expect((await ask(server, path, {}, 'HEAD')).status).toBe(403);
  expect((await ask(server, path, {}, 'POST')).status).toBe(403);
  expect((await ask(server, `${path}?again`, {})).status).toBe(403);

  const first = await ask(server, path, {});
  expect(first.status).toBe(303);
  expect(first.headers.location).toMatch(/^\/#session=[\w-]{43}$/);
  const [cookie = ''] = first.headers['set-cookie'] ?? [];
  expect(cookie).toMatch(
    new RegExp(`^twofold-${portOf(server)}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
  );
  expect(cookie).not.toContain(path.slice('/open/'.length));

  const second = await ask(server, path, {});
  expect(second.status).toBe(403);
  expect(second.headers['set-cookie']).toBeUndefined();
  expect((await ask(server, `/open/${'A'.repeat(43)}`, {})).status).toBe(403);
});

test('a page of another port in the same browser reaches nothing', async ({
  shell,
  workbench,
  context,
}) => {
  test.skip(shell === 'electron', 'Electron’s window has no port');
  const workbenchUrl = new URL(workbench.url());
  let given = '';
  const foreign = createServer((asked, response) => {
    given = asked.headers.cookie ?? '';
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end('<!doctype html><title>Elsewhere</title>');
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
  const asset = await workbench.evaluate(
    () => document.querySelector<HTMLScriptElement>('script[src]')?.src ?? '',
  );
  expect(asset).toContain('/assets/');
  // The cookie is of the host, so this page's requests carry it. Nothing but the guard keeps it from the socket.
  const reached = await page.evaluate(
    async ([origin, src]) => {
      const read = await fetch(origin, { credentials: 'include' }).then(
        () => 'read',
        () => 'refused',
      );
      const script = await new Promise<string>((resolve) => {
        const element = document.createElement('script');
        element.onload = () => resolve('ran');
        element.onerror = () => resolve('refused');
        element.src = src;
        document.head.append(element);
      });
      const socket = await new Promise<string>((resolve) => {
        const opened = new WebSocket(`${origin.replace('http', 'ws')}/bridge`);
        opened.onopen = () => resolve('opened');
        opened.onerror = () => resolve('refused');
      });
      return { read, script, socket };
    },
    [workbenchUrl.origin, asset] as const,
  );
  expect(reached).toEqual({ read: 'refused', script: 'refused', socket: 'refused' });
  // That server was given the cookie, and can send whatever it likes: the cookie alone opens no socket.
  const { origin, host } = workbenchUrl;
  expect(given).toContain(`twofold-${workbenchUrl.port}=`);
  const stolen = { cookie: given, host, origin, 'sec-fetch-site': 'same-origin' };
  expect(await openSocket({ origin }, '/bridge', stolen)).toBe(403);
  expect(await openSocket({ origin }, '/bridge', stolen, ['twofold', 'A'.repeat(43)])).toBe(403);
  expect(
    await page.evaluate(() => localStorage.getItem('twofold-session')),
    'the key is of one port',
  ).toBeNull();
  expect(await workbench.evaluate(() => localStorage.getItem('twofold-session'))).toMatch(
    /^[\w-]{43}$/,
  );
  expect(workbench.url(), 'the key does not stay in the address').not.toContain('session=');

  const answer = await page.goto(workbenchUrl.origin);
  expect(
    answer?.status(),
    'typed into the address bar it opens: that is no page of a stranger',
  ).toBe(200);
  await page.close();
  await new Promise((resolve) => foreign.close(resolve));
});

/** Requests that are right but for one thing. */
function* strangers(server: Server, cookie: string): Generator<readonly [string, Headers]> {
  const port = portOf(server);
  const own = { cookie, host: `127.0.0.1:${port}`, origin: server.origin };
  const { cookie: _cookie, ...withoutCookie } = own;
  yield ['no cookie', withoutCookie];
  yield ['a cookie of no session', { ...own, cookie: `twofold-${port}=${'A'.repeat(43)}` }];
  yield ['the session under another name', { ...own, cookie: cookie.replace(/^[^=]+/, 'twofold') }];
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    `127.0.0.1.evil.example:${port}`,
    '127.0.0.1',
    `0.0.0.0:${port}`,
  ]) {
    yield [`Host ${host}`, { ...own, host }];
  }
  for (const origin of [
    'http://evil.example',
    `http://evil.example:${port}`,
    `${server.origin}.evil.example`,
    `http://127.0.0.1:${port - 1}`,
    `http://localhost:${port}`,
    server.origin.replace('http:', 'https:'),
    'null',
  ]) {
    yield [`Origin ${origin}`, { ...own, origin }];
  }
  for (const site of ['cross-site', 'same-site', 'something-new']) {
    yield [`Sec-Fetch-Site ${site}`, { ...own, 'sec-fetch-site': site }];
  }
}

/** The page, what it links and what its styles link. */
async function pageAndAssets(server: Server, cookie: string): Promise<string[]> {
  const found = new Set(['/']);
  for (const path of found) {
    if (path !== '/' && !path.endsWith('.css')) continue;
    const { status, body } = await ask(server, path, { cookie });
    expect(status, path).toBe(200);
    const links = path === '/' ? /(?:src|href)="([^"]+)"/g : /url\(["']?([^"')]+)["']?\)/g;
    for (const [, link = ''] of body.matchAll(links)) {
      if (!link.startsWith('data:')) found.add(new URL(link, `${server.origin}${path}`).pathname);
    }
  }
  return [...found];
}

/** Sends the path as it is written, which a browser would tidy up. */
async function ask(
  server: Server,
  path: string,
  headers: Headers,
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: portOf(server), path, method, headers, agent: false },
      (response) => {
        let body = '';
        response.setEncoding('latin1');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** The status that the attempt to open a socket gets; 101 is an open one, which is closed again. */
async function openSocket(
  server: Pick<Server, 'origin'>,
  path: string,
  headers: Headers,
  protocols: string[] = [],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const address = `${server.origin.replace('http', 'ws')}${path}`;
    const socket = new WebSocket(address, protocols, { headers });
    socket.on('open', () => {
      socket.once('close', () => resolve(101));
      socket.close();
    });
    socket.on('unexpected-response', (sent, response) => {
      resolve(response.statusCode ?? 0);
      sent.destroy();
    });
    socket.on('error', reject);
  });
}

const portOf = (server: Server): number => Number(new URL(server.origin).port);
