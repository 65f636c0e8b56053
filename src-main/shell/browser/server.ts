import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';

import { AppError } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import { previewPrefix } from '#contract/report.ts';
import { sessionMark } from '#contract/session.ts';
import { program } from '#core/wording/program.ts';
import * as m from '#messages';

import { previewHeaders, securityHeaders } from '../csp.ts';
import type { Dispatch } from '../dispatch.ts';
import type { RendererFiles } from '../renderer-files.ts';
import { createBridge } from './bridge.ts';
import { cookieName, judge, openPrefix, type RequestFacts, type Verdict } from './guard.ts';
import { createSecrets } from './secrets.ts';

const host = '127.0.0.1';
export const bridgePath = '/bridge';
const refusalText = (): string => `${m.shell_refused({ program })}\n`;
/** Behind the `#`: no server is ever sent it. The page keeps it where only pages of this port can read it (bridge/session.ts). */
const startOf = (key: string): string => `/#${sessionMark}${key}`;
/** A page that leads on at once. */
export const movingOn = (address: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Twofold</title><meta http-equiv="refresh" content="0; url=${address}">`;

export type BrowserServer = Readonly<{
  port: number;
  /** Every route that is registered, as `METHOD path`: tests try the guard on each. */
  routes: readonly string[];
  /** A new link, good for one use. */
  mintLink: () => string;
  close: () => Promise<void>;
}>;

export type BrowserServerOptions = Readonly<{
  /** 0: a free one. */
  port: number;
  files: RendererFiles;
  dispatch: Dispatch;
  /** A page that the window frames, by the path of its address. */
  previewAt: (path: string) => string | undefined;
  /** A window opens in a browser that prefers this language. */
  onOpen?: (language: string) => void;
  onEvent: (listener: Emit) => () => void;
}>;

/** The loopback server: built screens and one socket, behind one guard. There is no way to listen on another address. */
export async function startBrowserServer(options: BrowserServerOptions): Promise<BrowserServer> {
  const secrets = createSecrets();
  const bridge = createBridge(options.dispatch, options.onEvent);
  const routes: string[] = [];
  let port = 0;

  const verdict = (request: IncomingMessage): Verdict => judge(factsOf(request), port, secrets);

  // The guard stands before the router, so that no route, hook or parser of it can be reached around it.
  const app = Fastify({
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    serverFactory: (handle) => {
      const server = createServer({ requireHostHeader: false });
      const onRequest = (request: IncomingMessage, response: ServerResponse) => {
        for (const [name, value] of Object.entries(securityHeaders))
          response.setHeader(name, value);
        if (verdict(request) === 'denied') deny(response);
        else handle(request, response);
      };
      server.on('request', onRequest);
      server.on('checkContinue', onRequest);
      server.on('checkExpectation', onRequest);
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        socket.on('error', () => socket.destroy());
        if (verdict(request) !== 'trusted') refuseUpgrade(socket, '403 Forbidden', refusalText());
        else if (request.url !== bridgePath)
          refuseUpgrade(socket, '404 Not Found', `${m.shell_not_found()}\n`);
        else bridge.accept(request, socket, head);
      });
      return server;
    },
  });
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) routes.push(`${method} ${route.url}`);
  });

  app.get<{ Params: { secret: string } }>(`${openPrefix}:secret`, (request, reply) => {
    const session = secrets.redeem(request.params.secret);
    void reply.header('Cache-Control', 'no-store');
    if (session === undefined)
      return reply.code(403).type('text/plain; charset=utf-8').send(refusalText());
    const language = request.headers['accept-language'];
    if (language !== undefined) options.onOpen?.(language);
    void reply.header(
      'Set-Cookie',
      `${cookieName(port)}=${session.cookie}; HttpOnly; SameSite=Strict; Path=/`,
    );
    // Followed from a page of another site (a terminal in a browser tab), a redirect would count as that site's request and go
    // without the strict cookie; a page of ours that moves on does not.
    const isForeign = !['none', 'same-origin', undefined].includes(fetchSiteOf(request.raw));
    return isForeign
      ? reply.type('text/html; charset=utf-8').send(movingOn(startOf(session.key)))
      : reply.redirect(startOf(session.key), 303);
  });
  for (const [url, file] of options.files) {
    app.get(url, (_request, reply) =>
      reply.header('Cache-Control', file.cacheControl).type(file.type).send(file.body),
    );
  }
  app.get(`${previewPrefix}:token`, (request, reply) => {
    const page = options.previewAt(request.url);
    return page === undefined ? notFound(reply) : reply.headers(previewHeaders()).send(page);
  });
  app.setNotFoundHandler((_request, reply) => notFound(reply));
  app.setErrorHandler((_error, _request, reply) =>
    reply.code(400).type('text/plain; charset=utf-8').send(`${m.shell_request_unreadable()}\n`),
  );

  port = await listen(app, options.port);
  return {
    port,
    routes,
    mintLink: () => `http://${host}:${port}${openPrefix}${secrets.mint()}`,
    async close() {
      bridge.close();
      await app.close();
    },
  };
}

const notFound = (reply: FastifyReply): FastifyReply =>
  reply.code(404).type('text/plain; charset=utf-8').send(`${m.shell_not_found()}\n`);

async function listen(app: FastifyInstance, port: number): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      throw new AppError('inUse', m.shell_port_in_use({ port }));
    }
    if (code === 'EACCES') {
      throw new AppError('unavailable', m.shell_port_refused({ port }));
    }
    throw error;
  }
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

function factsOf(request: IncomingMessage): RequestFacts {
  const { rawHeaders, headers } = request;
  // Node keeps the first of several Host headers; a proxy may keep the last. Both are taken, and refused.
  const hosts = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host',
  );
  return {
    method: request.method,
    target: request.url,
    hosts,
    origin: headers.origin,
    fetchSite: fetchSiteOf(request),
    cookie: headers.cookie,
    protocols: headers['sec-websocket-protocol'],
  };
}

function fetchSiteOf(request: IncomingMessage): string | undefined {
  const value = request.headers['sec-fetch-site'];
  return Array.isArray(value) ? value.join() : value;
}

function deny(response: ServerResponse): void {
  // The body of a refused request is not read: the connection ends with the answer.
  response.writeHead(403, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  response.end(refusalText());
}

function refuseUpgrade(socket: Duplex, status: string, text: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` +
      `X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${text}`,
  );
}
