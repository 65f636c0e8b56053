import type { CallOutput } from '#contract/index.ts';
import type { RunSummary } from '#contract/run.ts';

import type { Bridge } from '../bridge/bridge.ts';
import { Query } from './query.svelte.ts';

/** Events of many runs come in bursts: they are answered together. */
const gatherMs = 20;

/** All runs, newest first, without trash. After an event only the runs that it names are fetched, and the others stay the same objects. */
export class RunList {
  readonly #bridge: Bridge;
  readonly #all: Query<'runs.list'>;
  readonly #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isUnderWay = false;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
    this.#all = new Query(bridge, 'runs.list', () => ({}));
  }

  get value(): CallOutput<'runs.list'> | undefined {
    return this.#all.value;
  }

  get failure(): Query<'runs.list'>['failure'] {
    return this.#all.failure;
  }

  refresh(): Promise<void> {
    return this.#all.refresh();
  }

  /** Fetches the list and follows it until the returned function is called. */
  follow(): () => void {
    void this.refresh();
    let wasLost = false;
    const ends = [
      this.#bridge.on('runs.changed', ({ runId }) => {
        this.#changed.add(runId);
        this.#timer ??= setTimeout(() => void this.#fetchChanged(), gatherMs);
      }),
      this.#bridge.onConnection((state) => {
        if (state === 'open' && wasLost) void this.#all.nudge();
        wasLost = state === 'lost';
      }),
    ];
    return () => {
      for (const end of ends) end();
      clearTimeout(this.#timer);
    };
  }

  async #fetchChanged(): Promise<void> {
    this.#timer = undefined;
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    while (this.#changed.size > 0) await this.#fetchOnce();
    this.#isUnderWay = false;
  }

  async #fetchOnce(): Promise<void> {
    const runIds = [...this.#changed];
    this.#changed.clear();
    const isMany = runIds.length > 200;
    const known = this.#all.value;
    const result =
      known === undefined || isMany ? undefined : await this.#bridge.call('runs.list', { runIds });
    const merged =
      result?.ok === true && this.#all.value !== undefined
        ? mergeRuns(this.#all.value, runIds, result.value)
        : null;
    if (merged === null) await this.#all.refresh();
    else this.#all.value = merged;
  }
}

/**
 * The list with `runIds` as they are now: changed, or gone where `fetched` does not have them. Null where one is new: its place among the
 * others is not known.
 */
export function mergeRuns(
  known: readonly RunSummary[],
  runIds: readonly string[],
  fetched: readonly RunSummary[],
): RunSummary[] | null {
  const now = new Map(fetched.filter(({ runId }) => runIds.includes(runId)).map((run) => [run.runId, run]));
  const asked = new Set(runIds);
  const merged = known.flatMap((run) => {
    if (!asked.has(run.runId)) return [run];
    const next = now.get(run.runId);
    now.delete(run.runId);
    // A configuration is frozen: what was made of it holds.
    return next === undefined ? [] : [{ ...next, config: run.config }];
  });
  return now.size > 0 ? null : merged;
}
