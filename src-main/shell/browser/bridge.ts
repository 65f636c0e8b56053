import type { Duplex } from 'node:stream';
import type { IncomingMessage } from 'node:http';

import { WebSocketServer, type WebSocket } from 'ws';

import type { Emit } from '#contract/index.ts';
import { bridgeProtocol } from '#contract/session.ts';
import * as m from '#messages';

import { refusal, type Dispatch } from '../dispatch.ts';

/** Inbound: the longest input is a text of 200,000 characters, up to 6 bytes each when escaped. */
export const maxMessageBytes = 2_000_000;
const maxCallsUnderway = 256;
/** Beyond this much unsent data no further message is read and events wait. */
const maxUnsentBytes = 8_000_000;
const pingEveryMs = 30_000;

export type Bridge = Readonly<{
  /** Takes over a socket whose upgrade the guard has let through. */
  accept: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  close: () => void;
}>;

type OnEvent = (listener: Emit) => () => void;

/** Calls in as `{id, call, input}`, answers out as `{id, result}`, events out as `{event, payload}`: JSON text both ways. */
export function createBridge(dispatch: Dispatch, onEvent: OnEvent): Bridge {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: () => bridgeProtocol,
  });
  const alive = new WeakSet<WebSocket>();
  const ping = setInterval(() => {
    for (const socket of server.clients) {
      if (!alive.has(socket)) {
        socket.terminate();
        continue;
      }
      alive.delete(socket);
      socket.ping();
    }
  }, pingEveryMs);
  ping.unref();

  return {
    accept(request, socket, head) {
      server.handleUpgrade(request, socket, head, (webSocket) => {
        alive.add(webSocket);
        webSocket.on('pong', () => alive.add(webSocket));
        serve(webSocket, dispatch, onEvent);
      });
    },
    close() {
      clearInterval(ping);
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

function serve(socket: WebSocket, dispatch: Dispatch, onEvent: OnEvent): void {
  let underway = 0;
  // Events carry ids and are nudges to fetch: while the line is full, equal ones merge into one.
  const waiting = new Set<string>();

  const isFull = () => socket.bufferedAmount > maxUnsentBytes;
  const relieve = () => {
    if (isFull()) return;
    for (const text of waiting) transmit(text);
    waiting.clear();
    if (socket.isPaused) socket.resume();
  };
  const transmit = (text: string) => {
    if (socket.readyState === socket.OPEN) socket.send(text, relieve);
  };
  const answer = (id: unknown, result: unknown) => {
    transmit(JSON.stringify({ id, result }));
    if (isFull()) socket.pause();
  };

  const unsubscribe = onEvent((event, payload) => {
    const text = JSON.stringify({ event, payload });
    if (isFull()) waiting.add(text);
    else transmit(text);
  });
  socket.on('close', unsubscribe);
  // Too large, not UTF-8, a broken frame: ws closes the socket itself and only wants somebody to listen.
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => {
    const request = isBinary ? undefined : readRequest(textOf(data));
    if (request === undefined) {
      answer(null, refusal(m.shell_message_no_json()));
      return;
    }
    if (underway >= maxCallsUnderway) {
      answer(request.id, refusal(m.shell_too_many_calls()));
      return;
    }
    underway += 1;
    void dispatch(request.call, request.input).then((result) => {
      underway -= 1;
      answer(request.id, result);
    });
  });
}

type BridgeRequest = Readonly<{ id: string | number; call: unknown; input: unknown }>;

/** Exported for tests. Undefined where the text is no request that could be answered. */
export function readRequest(text: string): BridgeRequest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'id')) return undefined;
  const { id, call, input } = value as { id: unknown; call?: unknown; input?: unknown };
  if (typeof id !== 'number' && !(typeof id === 'string' && id.length <= 64)) return undefined;
  return { id, call, input };
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
