import { calls } from '#contract/index.ts';
import type { Failure } from '#contract/failure.ts';

import type { Bridge, ExposedBridge } from './bridge.ts';
import { openSocketLink } from './socket-link.ts';

declare global {
  interface Window {
    readonly bridge?: ExposedBridge;
  }
}

/** A transport: JSON in, JSON out. */
export type Link = Readonly<{
  call: (name: string, input: unknown) => Promise<unknown>;
  on: (name: string, listener: (payload: unknown) => void) => () => void;
  onConnection: Bridge['onConnection'];
  pathOf: Bridge['pathOf'];
}>;

/** Over Electron's preload where there is one, else over a socket to the server that served this page. */
export function connectBridge(): Bridge {
  const exposed = window.bridge;
  return toBridge(exposed === undefined ? openSocketLink(socketAddress()) : alwaysOpen(exposed));
}

/** Types a link. In development and tests, answers are checked against the contract. */
export function toBridge(link: Link): Bridge {
  return {
    async call(name, input) {
      const result = asResult(await link.call(name, input));
      if (import.meta.env.DEV && result.ok) {
        const parsed = calls[name].output.safeParse(result.value);
        if (!parsed.success) {
          const message = `The answer to ${name} breaks the contract: ${parsed.error.message}`;
          return { ok: false, failure: { kind: 'internal', message } };
        }
      }
      return result as never;
    },
    on: (name, listener) => link.on(name, listener as (payload: unknown) => void),
    onConnection: link.onConnection,
    pathOf: link.pathOf,
  };
}

function asResult(answer: unknown): { ok: true; value: unknown } | { ok: false; failure: Failure } {
  if (typeof answer === 'object' && answer !== null && 'ok' in answer) {
    // JSON leaves out a value that is undefined: the call came back with none.
    if (answer.ok === true)
      return { ok: true, value: 'value' in answer ? answer.value : undefined };
    if (answer.ok === false && 'failure' in answer)
      return { ok: false, failure: answer.failure as Failure };
  }
  return { ok: false, failure: { kind: 'internal', message: 'The answer could not be read.' } };
}

function alwaysOpen(exposed: ExposedBridge): Link {
  return {
    ...exposed,
    // A file that a page made up lies nowhere.
    pathOf: (file) => exposed.pathOf(file) || null,
    onConnection(listener) {
      listener('open');
      return () => undefined;
    },
  };
}

function socketAddress(): string {
  const { protocol, host } = window.location;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/bridge`;
}
