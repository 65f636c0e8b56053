import { request } from 'node:http';

import WebSocket from 'ws';

import { expect, test } from './fixtures.ts';
import { redeem } from './scenarios/bridge.ts';
import type { Server } from './scenarios/server.ts';

type Headers = Readonly<Record<string, string>>;
type Answer = Readonly<{ status: number; body: string; headers: Headers }>;

test('a foreign host, a foreign origin and a missing cookie are refused on every route', async ({
  server,
}) => {
  const cookie = await redeem(server.link);
  const page = await ask(server, '/', { cookie });
  expect(page.status).toBe(200);
  const asset = /(?:src|href)="(?:\.)?(\/assets\/[^"]+)"/.exec(page.body)?.[1];
  expect(asset, 'an asset of the page').toBeDefined();

  const routes = [
    '/',
    asset ?? '',
    '/no/such/page',
    '/bridge',
    '/open/',
    '/open/guessed',
    '/../package.json',
  ];
  const host = new URL(server.origin).host;
  const port = new URL(server.origin).port;
  const refused: Readonly<Record<string, Headers>> = {
    'no cookie': {},
    'a made-up cookie': { cookie: `${cookie.split('=')[0] ?? ''}=${'A'.repeat(43)}` },
    'a foreign host': { cookie, host: 'example.com' },
    'a foreign host on the same port': { cookie, host: `example.com:${port}` },
    'a host that only resolves here': { cookie, host: `127.0.0.1.example.com:${port}` },
    'a foreign origin': { cookie, origin: 'http://example.com' },
    'an opaque origin': { cookie, origin: 'null' },
    'another port of this machine': { cookie, origin: `http://127.0.0.1:${Number(port) + 1}` },
    'a request of another site': { cookie, 'sec-fetch-site': 'cross-site' },
  };
  for (const [why, headers] of Object.entries(refused)) {
    for (const route of routes) {
      for (const method of ['GET', 'POST'] as const) {
        const answer = await ask(server, route, headers, method);
        expect.soft(answer.status, `${method} ${route} with ${why}`).toBe(403);
        expect.soft(answer.body, `${method} ${route} with ${why}`).not.toContain('<script');
      }
    }
    expect.soft(await upgrade(server, { host, ...headers }), `the socket with ${why}`).toBe(403);
  }

  await test.step('what is ours passes', async () => {
    expect((await ask(server, asset ?? '', { cookie, origin: server.origin })).status).toBe(200);
    expect((await ask(server, '/no/such/page', { cookie })).status).toBe(404);
    expect(await upgrade(server, { host, cookie, origin: server.origin })).toBe(101);
  });
});

test('a link is good once, and pages may load nothing from elsewhere', async ({ server }) => {
  const cookie = await redeem(server.link);
  const again = await ask(server, new URL(server.link).pathname, {});
  expect(again.status).toBe(403);
  expect(again.headers['set-cookie']).toBeUndefined();
  expect(again.body).toContain('npm start');

  const { headers } = await ask(server, '/', { cookie });
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/unsafe|https?:|data:|\*/);
  expect(headers['x-content-type-options']).toBe('nosniff');
});

function ask(server: Server, route: string, headers: Headers, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(server.origin);
  return new Promise((resolve, reject) => {
    // The path as it is: URLs would take "..", which an attacker would not.
    const asked = request({ hostname, port, path: route, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => {
        const plain = Object.entries(response.headers).map(([name, value]) => [
          name,
          String(value),
        ]);
        resolve({
          status: response.statusCode ?? 0,
          body,
          headers: Object.fromEntries(plain) as Headers,
        });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** The status that an upgrade to the bridge's socket is answered with. */
function upgrade(server: Server, headers: Headers): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/bridge`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}
