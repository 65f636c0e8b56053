import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';

import type { Curve } from '#contract/metric.ts';

import type { Bridge } from '../../bridge/bridge.ts';

export type Series = Readonly<{
  metric: string;
  resolution: 'epoch' | 'step';
  /** Weight of the moving average; 0: none. */
  smoothing: number;
}>;

export const maxPoints = 1000;
/** Curves are fetched at most this often: drawing takes time from the training. */
const coalesceMs = 1000;
/** More curves in one answer would keep the window from answering while it is read. */
export const runsACall = 40;

/** Curves of the drawn runs. A run's curve is fetched once; after `metrics.appended` only what is new. */
export class CurveStore {
  isLoading = $state(true);
  readonly #bridge: Bridge;
  readonly #curves = new SvelteMap<string, Curve>();
  /** With which average a curve came. */
  readonly #smoothing = new Map<string, number>();
  #runIds: readonly string[] = [];
  #series: readonly Series[] = [];
  readonly #stale = new Map<string, 'append' | 'whole'>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isUnderWay = false;
  #isAgainWanted = false;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  get(runId: string, series: Pick<Series, 'metric' | 'resolution'>): Curve | undefined {
    return this.#curves.get(keyOf(runId, series));
  }

  /** Says what is drawn; fetches what is missing. */
  want(runIds: readonly string[], series: readonly Series[]): void {
    this.#runIds = runIds;
    this.#series = series;
    // What is known decides what is asked for; it does not decide what is wanted.
    untrack(() => void this.#fetch());
  }

  /** Follows events until the returned function is called. */
  listen(): () => void {
    const end = this.#bridge.on('metrics.appended', ({ runId }) => {
      this.#mark(runId, 'append');
    });
    return () => {
      end();
      clearTimeout(this.#timer);
    };
  }

  /** Fetches a run's curves anew: a resume may have rewound them to its checkpoint. */
  invalidate(runId: string): void {
    this.#mark(runId, 'whole');
  }

  #mark(runId: string, how: 'append' | 'whole'): void {
    if (this.#stale.get(runId) !== 'whole') this.#stale.set(runId, how);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#fetch();
    }, coalesceMs);
  }

  async #fetch(): Promise<void> {
    this.#isAgainWanted = true;
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      while (this.#isAgainWanted) {
        this.#isAgainWanted = false;
        await this.#fetchOnce();
      }
    } finally {
      this.#isUnderWay = false;
      this.isLoading = false;
    }
  }

  async #fetchOnce(): Promise<void> {
    const stale = new Map([...this.#stale].filter(([runId]) => this.#runIds.includes(runId)));
    for (const runId of stale.keys()) this.#stale.delete(runId);
    const jobs: Promise<void>[] = [];
    for (const series of this.#series) {
      const whole = this.#runIds.filter((runId) => this.#isWhole(runId, series, stale.get(runId)));
      const grown = [...stale.keys()].filter((runId) => !whole.includes(runId));
      if (whole.length > 0) jobs.push(this.#fetchWhole(whole, series));
      if (grown.length > 0) jobs.push(this.#fetchNew(grown, series));
    }
    await Promise.all(jobs);
  }

  /** Not there yet, rewound, without a point to go on from, or grown so long that it is thinned anew. */
  #isWhole(runId: string, series: Series, how: 'append' | 'whole' | undefined): boolean {
    const known = this.#curves.get(keyOf(runId, series));
    if (
      known === undefined ||
      how === 'whole' ||
      this.#smoothing.get(keyOf(runId, series)) !== series.smoothing
    )
      return true;
    return how === 'append' && (known.steps.length === 0 || known.steps.length > 2 * maxPoints);
  }

  async #fetchWhole(runIds: readonly string[], series: Series): Promise<void> {
    const parts = Array.from({ length: Math.ceil(runIds.length / runsACall) }, (_, index) =>
      runIds.slice(index * runsACall, (index + 1) * runsACall),
    );
    const results = await Promise.all(
      parts.map((part) => this.#bridge.call('runs.curves', { runIds: part, ...series, maxPoints })),
    );
    const found = new Map(
      results
        .flatMap((result) => (result.ok ? result.value : []))
        .map((curve) => [curve.runId, curve]),
    );
    // A failure leaves an empty curve: asked again at the next event, not in a loop.
    for (const runId of runIds) {
      const curve = found.get(runId) ?? emptyCurve(runId);
      const key = keyOf(runId, series);
      // Steps are told about far more often than epochs end, and a chart that is drawn again takes time from the training.
      const isSmoothedAlike = this.#smoothing.get(key) === series.smoothing;
      if (!isSmoothedAlike || !isSame(this.#curves.get(key), curve)) this.#curves.set(key, curve);
      this.#smoothing.set(key, series.smoothing);
    }
  }

  /** What came after the last known point of each run, in one call. */
  async #fetchNew(runIds: readonly string[], series: Series): Promise<void> {
    const lastOf = (runId: string) => this.#curves.get(keyOf(runId, series))?.steps.at(-1) ?? 0;
    const fromSteps = Object.fromEntries(runIds.map((runId) => [runId, lastOf(runId) + 1]));
    const result = await this.#bridge.call('runs.curves', {
      runIds: [...runIds],
      ...series,
      fromSteps,
      maxPoints,
    });
    for (const added of result.ok ? result.value : []) {
      const key = keyOf(added.runId, series);
      const known = this.#curves.get(key);
      if (known !== undefined && added.steps.length > 0)
        this.#curves.set(key, appended(known, added));
    }
  }
}

/** Two windows of one curve, the second after the first. */
export function appended(known: Curve, added: Curve): Curve {
  return {
    runId: known.runId,
    epochs: [...known.epochs, ...added.epochs],
    steps: [...known.steps, ...added.steps],
    seconds: [...known.seconds, ...added.seconds],
    values: [...known.values, ...added.values],
    smoothed: [...known.smoothed, ...added.smoothed],
    totalPoints: known.totalPoints + added.totalPoints,
  };
}

function isSame(known: Curve | undefined, curve: Curve): boolean {
  return (
    known?.steps.length === curve.steps.length &&
    known.totalPoints === curve.totalPoints &&
    curve.steps.every(
      (step, index) =>
        step === known.steps[index] && Object.is(curve.values[index], known.values[index]),
    )
  );
}

function emptyCurve(runId: string): Curve {
  return { runId, epochs: [], steps: [], seconds: [], values: [], smoothed: [], totalPoints: 0 };
}

export function keyOf(
  runId: string,
  { metric, resolution }: Pick<Series, 'metric' | 'resolution'>,
): string {
  return `${runId} ${resolution} ${metric}`;
}
