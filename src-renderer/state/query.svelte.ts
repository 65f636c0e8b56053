import type { CallInput, CallName, CallOutput, EventName } from '#contract/index.ts';
import type { Failure } from '#contract/failure.ts';

import type { Bridge } from '../bridge/bridge.ts';

/** The latest answer to a call. The old value stays while a new one is on its way. */
export class Query<N extends CallName> {
  value = $state.raw<CallOutput<N> | undefined>();
  failure = $state.raw<Failure | undefined>();
  /** What the value is the answer to. */
  answered = $state.raw<CallInput<N> | undefined>();
  isLoading = $state(true);
  readonly #bridge: Bridge;
  readonly #name: N;
  readonly #input: () => CallInput<N> | null;
  #turn = 0;
  #nudges = 0;
  #isUnderWay = false;

  constructor(bridge: Bridge, name: N, input: () => CallInput<N> | null) {
    this.#bridge = bridge;
    this.#name = name;
    this.#input = input;
  }

  /** Fetches now, whatever is under way: an older answer that comes later is dropped. */
  async refresh(): Promise<void> {
    const input = this.#input();
    const turn = ++this.#turn;
    if (input === null) {
      this.value = undefined;
      this.answered = undefined;
      this.failure = undefined;
      this.isLoading = false;
      return;
    }
    this.isLoading = true;
    const result = await this.#bridge.call(this.#name, input);
    if (turn !== this.#turn) return;
    this.isLoading = false;
    if (result.ok) {
      this.value = result.value;
      this.answered = input;
      this.failure = undefined;
    } else {
      this.failure = result.failure;
    }
  }

  /** Fetches after an event; events that come while a fetch is under way are answered by one more. */
  async nudge(): Promise<void> {
    this.#nudges += 1;
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    let answered: number;
    do {
      answered = this.#nudges;
      await this.refresh();
    } while (answered < this.#nudges);
    this.#isUnderWay = false;
  }
}

export type QueryOptions<N extends CallName> = Readonly<{
  /** Null: nothing to ask yet. What it reads reactively makes it fetch again. */
  input: () => CallInput<N> | null;
  /** Fetches again after these. */
  events?: readonly EventName[];
  /** Waits this long after the input's last change, for inputs that are typed. */
  debounceMs?: number;
  /** Fetches at most once in this time while the input changes, and with its last value, for inputs that are dragged. */
  throttleMs?: number;
}>;

/** A query that lives as long as the component whose set-up calls this. */
export function useQuery<N extends CallName>(
  bridge: Bridge,
  name: N,
  { input, events = [], debounceMs = 0, throttleMs = 0 }: QueryOptions<N>,
): Query<N> {
  const query = new Query(bridge, name, input);
  let previous: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  $effect(() => {
    // Compared as text, so that an input rebuilt with the same values does not fetch again.
    const text = JSON.stringify(input());
    if (text === previous) return;
    const isFirst = previous === undefined;
    previous = text;
    if (throttleMs > 0 && timer !== undefined) return;
    clearTimeout(timer);
    const waitMs = isFirst ? 0 : debounceMs + throttleMs;
    if (waitMs === 0) {
      void query.refresh();
      return;
    }
    timer = setTimeout(() => {
      timer = undefined;
      void query.refresh();
    }, waitMs);
  });
  $effect(() => () => {
    clearTimeout(timer);
  });
  $effect(() => {
    const ends = events.map((event) => bridge.on(event, () => void query.nudge()));
    let wasLost = false;
    ends.push(
      bridge.onConnection((state) => {
        if (state === 'open' && wasLost) void query.nudge();
        wasLost = state === 'lost';
      }),
    );
    return () => {
      for (const end of ends) end();
    };
  });
  return query;
}
