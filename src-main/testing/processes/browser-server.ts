import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

import type { Emit, Handlers } from '#contract/index.ts';
import { bridgeProtocol, sessionMark } from '#contract/session.ts';

import { startBrowserServer, type BrowserServer } from '../../shell/browser/server.ts';
import { createDispatch } from '../../shell/dispatch.ts';
import type { RendererFile, RendererFiles } from '../../shell/renderer-files.ts';

export type Answer = Readonly<{ status: number; headers: IncomingHttpHeaders; body: string }>;
export type TestServer = BrowserServer &
  Readonly<{
    origin: string;
    host: string;
    emit: Emit;
  }> &
  OpenedLink;

/** A session, as a browser that opened a link has it. */
export type OpenedLink = Readonly<{
  cookie: string;
  /** What its pages offer for the socket. */
  protocols: string[];
}>;

/** The session of an answer to a link. */
export function openedLink({ headers }: Pick<Answer, 'headers'>): OpenedLink {
  const key = headers.location?.split(`#${sessionMark}`)[1] ?? '';
  return {
    cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '',
    protocols: [bridgeProtocol, key],
  };
}

/** A real loopback server over these handlers, with one session open. */
export async function startTestServer(
  handlers: Partial<Record<keyof Handlers, (input: never) => unknown>>,
  previews: ReadonlyMap<string, string> = new Map(),
): Promise<TestServer> {
  const listeners = new Set<Emit>();
  const server = await startBrowserServer({
    port: 0,
    files: screens,
    dispatch: createDispatch(handlers as unknown as Handlers, { isChecking: false }),
    previewAt: (path) => previews.get(path),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const origin = `http://127.0.0.1:${server.port}`;
  const opened = await ask(server.port, { path: new URL(server.mintLink()).pathname });
  return {
    ...server,
    origin,
    host: `127.0.0.1:${server.port}`,
    ...openedLink(opened),
    emit: (name, payload) => {
      for (const listener of listeners) listener(name, payload);
    },
  };
}

/** A request as a program can make it: any method, path and header, nothing normalised. */
export function ask(
  port: number,
  options: Readonly<{
    method?: string;
    path?: string;
    headers?: OutgoingHttpHeaders;
    body?: string;
  }>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method: options.method ?? 'GET',
        path: options.path ?? '/',
        headers: { host: `127.0.0.1:${port}`, ...options.headers },
        agent: false,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    outgoing.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: '' });
    });
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

/** Sends bytes as they are and gives back all that comes until the server closes. */
export function askRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

const file = (type: string, text: string): RendererFile => ({
  type,
  body: Buffer.from(text),
  cacheControl: 'no-store',
});

const screens: RendererFiles = new Map([
  ['/', file('text/html; charset=utf-8', '<!doctype html><title>screens</title>')],
  ['/assets/app.js', file('text/javascript; charset=utf-8', 'export {};')],
  ['/assets/app.css', file('text/css; charset=utf-8', ':root {}')],
]);
