import { bridgeProtocol } from '#contract/session.ts';
import * as m from '#messages';

import type { ConnectionState } from './bridge.ts';
import type { Link } from './connect.ts';
import { sessionKey } from './session.ts';

type Pending = Readonly<{ resolve: (answer: unknown) => void }>;
type Listener = (payload: unknown) => void;

const firstRetryMs = 250;
const longestRetryMs = 5000;
/** How long a call made before the first connection waits for it. */
const patienceMs = 8000;
/** Once the connection is lost a click must be answered: a short break is waited for, an ended server is not. */
const lostPatienceMs = 1500;

/**
 * A connection that opens itself again. Calls made while it is away wait a little; calls that were already sent fail when
 * it breaks, since nobody knows whether they were carried out.
 */
export function openSocketLink(address: string): Link {
  let socket: WebSocket | undefined;
  let state: ConnectionState = 'connecting';
  let retryMs = firstRetryMs;
  let nextId = 1;
  const sent = new Map<number, Pending>();
  const waiting = new Set<() => void>();
  const listeners = new Map<string, Set<Listener>>();
  const watchers = new Set<(state: ConnectionState) => void>();

  const enter = (next: ConnectionState): void => {
    if (state === next) return;
    state = next;
    for (const watch of watchers) watch(next);
  };

  const connect = (): void => {
    const opened = new WebSocket(address, [bridgeProtocol, sessionKey()]);
    opened.addEventListener('open', () => {
      socket = opened;
      retryMs = firstRetryMs;
      enter('open');
      for (const send of [...waiting]) send();
    });
    opened.addEventListener('message', (message) => {
      receive(String(message.data));
    });
    opened.addEventListener('close', () => {
      socket = undefined;
      for (const pending of sent.values())
        pending.resolve(unavailable(m.app_connection_lost_call()));
      sent.clear();
      enter('lost');
      setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    });
  };

  const receive = (text: string): void => {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null) return;
    if ('event' in message && typeof message.event === 'string') {
      const payload = 'payload' in message ? message.payload : undefined;
      for (const listener of listeners.get(message.event) ?? []) listener(payload);
    } else if ('id' in message && typeof message.id === 'number' && 'result' in message) {
      sent.get(message.id)?.resolve(message.result);
      sent.delete(message.id);
    }
  };

  connect();
  return {
    call: (name, input) =>
      new Promise((resolve) => {
        const send = (): void => {
          waiting.delete(send);
          clearTimeout(timer);
          const id = nextId++;
          sent.set(id, { resolve });
          socket?.send(JSON.stringify({ id, call: name, input }));
        };
        const timer = setTimeout(
          () => {
            if (waiting.delete(send)) resolve(unavailable(m.app_connection_none_call()));
          },
          state === 'lost' ? lostPatienceMs : patienceMs,
        );
        if (socket?.readyState === WebSocket.OPEN) send();
        else waiting.add(send);
      }),
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => set.delete(listener);
    },
    onConnection(listener) {
      listener(state);
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    pathOf: () => null,
  };
}

function unavailable(message: string): unknown {
  return { ok: false, failure: { kind: 'unavailable', message } };
}
