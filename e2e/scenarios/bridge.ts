import { get } from 'node:http';

import WebSocket from 'ws';
import { z } from 'zod';

import type { CallInput, CallName, CallOutput } from '#contract/index.ts';

import { openedLink, type OpenedLink } from '../../src-main/testing/processes/browser-server.ts';
import type { Server } from './server.ts';

/** A window without a screen: the bridge of a running server. */
export type Bridge = Readonly<{
  call: <N extends CallName>(name: N, input: CallInput<N>) => Promise<CallOutput<N>>;
  /** Looks again after every event until it holds. */
  until: (holds: () => Promise<boolean>) => Promise<void>;
  close: () => void;
}>;

const answerSchema = z.object({ id: z.number(), result: z.unknown() });
const resultSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown().optional() }),
  z.object({ ok: z.literal(false), failure: z.object({ message: z.string() }) }),
]);

/** Uses up the server's one-time link; returns the session as a window sends it. */
export async function redeem(link: string): Promise<OpenedLink> {
  return new Promise((resolve, reject) => {
    get(link, (response) => {
      response.resume();
      const opened = openedLink(response);
      if (opened.cookie === '') reject(new Error(`No cookie, status ${response.statusCode ?? 0}`));
      else resolve(opened);
    }).on('error', reject);
  });
}

export async function connect(server: Server): Promise<Bridge> {
  const { cookie, protocols } = await redeem(server.link);
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/bridge`, protocols, {
    headers: { cookie },
    origin: server.origin,
  });
  const waiting = new Map<number, (result: unknown) => void>();
  const listeners = new Set<() => void>();
  let lastId = 0;
  socket.on('message', (data) => {
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
    const message: unknown = JSON.parse(text);
    const answer = answerSchema.safeParse(message);
    if (!answer.success) {
      for (const listener of listeners) listener();
      return;
    }
    waiting.get(answer.data.id)?.(answer.data.result);
    waiting.delete(answer.data.id);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    async call(name, input) {
      const id = (lastId += 1);
      const answer = new Promise<unknown>((resolve) => waiting.set(id, resolve));
      socket.send(JSON.stringify({ id, call: name, input }));
      const result = resultSchema.parse(await answer);
      if (!result.ok) throw new Error(`${name}: ${result.failure.message}`);
      return result.value as CallOutput<typeof name>;
    },
    async until(holds) {
      let wake = (): void => {};
      const listener = (): void => {
        wake();
      };
      listeners.add(listener);
      try {
        for (;;) {
          const nudged = new Promise<void>((resolve) => (wake = resolve));
          if (await holds()) return;
          await nudged;
        }
      } finally {
        listeners.delete(listener);
      }
    },
    close: () => {
      socket.close();
    },
  };
}
