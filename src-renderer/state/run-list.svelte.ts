import type { CallInput } from '#contract/index.ts';
import type { Failure, Result } from '#contract/failure.ts';
import type { RunSummary } from '#contract/run.ts';

import type { Bridge } from '../bridge/bridge.ts';

/** Events of many runs come in bursts: they are answered together. */
const gatherMs = 20;
/** Shown at once, before the others are there. */
const firstPage = 200;
/** Few enough that other calls are answered between two pages. */
const laterPage = 500;
/** Beyond so many changes the whole list is fetched anew. */
const mostChanged = 200;

/**
 * All runs, newest first, without trash, fetched in pages. After an event only the runs that it names are fetched, and the others stay the
 * same objects.
 */
export class RunList {
  /** All of them; undefined until the last page has come. */
  value = $state.raw<RunSummary[] | undefined>();
  failure = $state.raw<Failure | undefined>();
  readonly #bridge: Bridge;
  readonly #changed = new Set<string>();
  #newest = $state.raw<RunSummary[] | undefined>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  #withFigures = false;
  #loading: Promise<void> | undefined;
  #catchingUp: Promise<void> | undefined;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** What is there so far: the newest, until all are. A run that is missing here is not gone for that. */
  get known(): RunSummary[] | undefined {
    return this.value ?? this.#newest;
  }

  /** All of them, or the newest while these are among them; undefined before that, and where none is asked for. */
  holding(runIds: readonly string[]): RunSummary[] | undefined {
    if (this.value !== undefined || runIds.length === 0) return this.value;
    const here = new Set(this.#newest?.map(({ runId }) => runId));
    return runIds.every((runId) => here.has(runId)) ? this.#newest : undefined;
  }

  /** Fetches the whole list; the old one stays until then. What is still under way for an earlier call is dropped. */
  refresh(): Promise<void> {
    const turn = ++this.#turn;
    const loading = this.#load(turn).finally(() => {
      if (this.#loading === loading) this.#loading = undefined;
    });
    this.#loading = loading;
    return loading;
  }

  /** From now on with the figures that come from predictions. */
  wantFigures(): void {
    if (this.#withFigures) return;
    this.#withFigures = true;
    void this.refresh();
  }

  /** Resolves when these runs are in the list as they are now. */
  async catchUp(runIds: readonly string[]): Promise<void> {
    for (const runId of runIds) this.#changed.add(runId);
    await this.#fetchChanged();
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
        if (state === 'open' && wasLost) void this.refresh();
        wasLost = state === 'lost';
      }),
    ];
    return () => {
      for (const end of ends) end();
      clearTimeout(this.#timer);
      this.#turn += 1;
    };
  }

  async #load(turn: number): Promise<void> {
    const runs: RunSummary[] = [];
    for (let isWhole = false; !isWhole;) {
      const last = runs.at(-1);
      const page =
        last === undefined ? { limit: firstPage } : { limit: laterPage, before: last.runId };
      const result = await this.#list(page);
      if (turn !== this.#turn) return;
      if (!result.ok) {
        // The run behind which it goes on is nowhere: another database is open now.
        if (result.failure.kind === 'notFound' && last !== undefined) {
          await this.#load(turn);
          return;
        }
        this.failure = result.failure;
        return;
      }
      this.failure = undefined;
      if (last === undefined) this.#newest = result.value;
      runs.push(...result.value);
      isWhole = result.value.length < page.limit;
    }
    this.value = runs;
  }

  #fetchChanged(): Promise<void> {
    this.#timer = undefined;
    if (this.#changed.size === 0) return Promise.resolve();
    return (this.#catchingUp ??= this.#fetchAllChanged());
  }

  async #fetchAllChanged(): Promise<void> {
    try {
      while (this.#changed.size > 0) await this.#fetchOnce();
    } finally {
      this.#catchingUp = undefined;
    }
  }

  async #fetchOnce(): Promise<void> {
    // A page that was read before a change must not come after it.
    await this.#loading;
    const runIds = [...this.#changed];
    this.#changed.clear();
    if (this.value === undefined || runIds.length > mostChanged) {
      await this.refresh();
      return;
    }
    const fetched = await this.#fetch({ runIds });
    const isMissing = fetched !== null && mergeRuns(this.value, runIds, fetched) === null;
    const newest = isMissing ? await this.#fetch({ limit: firstPage }) : null;
    if (this.#loading !== undefined) {
      for (const runId of runIds) this.#changed.add(runId);
      return;
    }
    const known =
      newest === null ? this.value : withNewest(this.value, newest, newest.length < firstPage);
    const merged = fetched === null || known === null ? null : mergeRuns(known, runIds, fetched);
    if (merged === null) await this.refresh();
    else this.value = merged;
  }

  async #fetch(input: CallInput<'runs.list'>): Promise<RunSummary[] | null> {
    const result = await this.#list(input);
    return result.ok ? result.value : null;
  }

  async #list(input: CallInput<'runs.list'>): Promise<Result<RunSummary[]>> {
    const listed = await this.#bridge.call('runs.list', input);
    if (!listed.ok || !this.#withFigures) return listed;
    const runIds = listed.value.map(({ runId }) => runId);
    const read = await this.#bridge.call('runs.figures', { runIds });
    const figures = read.ok ? read.value : {};
    return {
      ok: true,
      value: listed.value.map((run) => ({ ...run, figures: figures[run.runId] })),
    };
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
  const now = new Map(
    fetched.filter(({ runId }) => runIds.includes(runId)).map((run) => [run.runId, run]),
  );
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

/**
 * The list with the runs of its newest page that it did not have, in the page's order; those it had stay the same objects. Null where the
 * page does not reach down to a run that it had.
 */
export function withNewest(
  known: readonly RunSummary[],
  page: readonly RunSummary[],
  isWhole: boolean,
): RunSummary[] | null {
  const before = new Map(known.map((run) => [run.runId, run]));
  const last = known.findIndex(({ runId }) => runId === page.at(-1)?.runId);
  if (last < 0 && !isWhole) return null;
  return [
    ...page.map((run) => before.get(run.runId) ?? run),
    ...(isWhole ? [] : known.slice(last + 1)),
  ];
}
