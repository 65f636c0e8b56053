import { AppError, toFailure, type Failure, type Result } from '#contract/failure.ts';
import { calls, events, type CallName, type EventName, type Handlers } from '#contract/index.ts';
import * as m from '#messages';

export type Dispatch = (name: unknown, input: unknown) => Promise<Result<unknown>>;

/** Parsing of outputs and events costs time for large answers: it is for development and tests. */
export const isChecking: boolean =
  ['development', 'test'].includes(process.env['NODE_ENV'] ?? '') ||
  process.env['TWOFOLD_CHECK'] === '1';

export type DispatchOptions = Readonly<{
  /** Outputs and events are parsed too: in development and in tests. */
  isChecking: boolean;
  /** Hears of every failure that is a defect of ours, with its cause. */
  onDefect?: (where: string, error: unknown) => void;
}>;

/**
 * The one way from a shell into the services: name and input come from outside and are trusted in nothing. Never rejects.
 */
export function createDispatch(handlers: Handlers, options: DispatchOptions): Dispatch {
  return async (name, input) => {
    try {
      if (!isCallName(name)) {
        throw new AppError('invalid', m.shell_no_call({ name: shown(name) }));
      }
      const parsed = calls[name].input.parse(input ?? {});
      const handle = handlers[name] as (input: unknown) => unknown;
      const value = await handle(parsed);
      if (options.isChecking) checkOutput(name, value);
      return { ok: true, value };
    } catch (error) {
      const failure = toFailure(error);
      if (failure.kind === 'internal') options.onDefect?.(shown(name), error);
      return { ok: false, failure };
    }
  };
}

/** A failure for a message that never became a call. */
export function refusal(message: string): Result<never> {
  const failure: Failure = { kind: 'invalid', message };
  return { ok: false, failure };
}

/** Own names only: `constructor` and `__proto__` are as unknown as any other word. */
export function isCallName(name: unknown): name is CallName {
  return typeof name === 'string' && Object.hasOwn(calls, name);
}

/** Throws where an event does not fit its contract: a defect of ours, looked for in development and tests. */
export function checkEvent(name: EventName, payload: unknown): void {
  const parsed = events[name].safeParse(payload);
  if (!parsed.success) {
    throw new Error(`Event ${name} does not fit its contract: ${parsed.error.message}`);
  }
}

function checkOutput(name: CallName, value: unknown): void {
  const parsed = calls[name].output.safeParse(value);
  if (!parsed.success) {
    throw new Error(`The answer of ${name} does not fit its contract: ${parsed.error.message}`);
  }
}

const shown = (name: unknown): string =>
  typeof name === 'string'
    ? JSON.stringify(name.slice(0, 60))
    : m.shell_call_of_type({ type: typeof name });
