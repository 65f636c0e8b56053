import type { CallInput, CallName, CallOutput, EventName, EventPayload } from '#contract/index.ts';
import type { Result } from '#contract/failure.ts';

/** `lost`: calls fail until the connection is back, which is tried by itself. */
export type ConnectionState = 'connecting' | 'open' | 'lost';

/** The renderer's only way to the services. A call never throws: what went wrong is in its result. */
export type Bridge = Readonly<{
  call: <N extends CallName>(name: N, input: CallInput<N>) => Promise<Result<CallOutput<N>>>;
  /** Returns what ends the subscription. */
  on: <N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void) => () => void;
  /** Calls the listener at once with the present state, then at every change. */
  onConnection: (listener: (state: ConnectionState) => void) => () => void;
  /** Where a dropped file lies; null in a browser, which does not tell. */
  pathOf: (file: File) => string | null;
}>;

/** What Electron's preload script puts on `window`. */
export type ExposedBridge = Readonly<{
  call: (name: string, input: unknown) => Promise<unknown>;
  on: (name: string, listener: (payload: unknown) => void) => () => void;
  pathOf: (file: File) => string;
}>;
