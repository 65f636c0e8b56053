import { SvelteMap } from 'svelte/reactivity';

import type { Curve } from '#contract/metric.ts';

import type { Bridge } from '../../bridge/bridge.ts';

export type Series = Readonly<{ metric: string; resolution: 'epoch' | 'step' }>;

const maxPoints = 1000;
/** Curves are fetched at most this often: drawing takes time from the training. */
const coalesceMs = 1000;

/** Curves of the drawn runs. A run's curve is fetched once; after `metrics.appended` only what is new. */
export class CurveStore {
  isLoading = $state(true);
  readonly #bridge: Bridge;
  readonly #curves = new SvelteMap<string, Curve>();
  #runIds: readonly string[] = [];
  #series: readonly Series[] = [];
  readonly #stale = new Map<string, 'append' | 'whole'>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isUnderWay = false;
  #isAgainWanted = false;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  get(runId: string, series: Series): Curve | undefined {
    return this.#curves.get(keyOf(runId, series));
  }

  /** Says what is drawn; fetches what is missing. */
  want(runIds: readonly string[], series: readonly Series[]): void {
    this.#runIds = runIds;
    this.#series = series;
    void this.#fetch();
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
      const whole = this.#runIds.filter(
        (runId) => !this.#curves.has(keyOf(runId, series)) || this.#mustRefetch(stale.get(runId), series),
      );
      if (whole.length > 0) jobs.push(this.#fetchWhole(whole, series));
      for (const [runId, how] of stale) {
        if (how === 'append' && !whole.includes(runId)) jobs.push(this.#fetchNew(runId, series));
      }
    }
    await Promise.all(jobs);
  }

  /** Curves by epoch are short: they are fetched whole. */
  #mustRefetch(how: 'append' | 'whole' | undefined, series: Series): boolean {
    return how === 'whole' || (how === 'append' && series.resolution === 'epoch');
  }

  async #fetchWhole(runIds: readonly string[], series: Series): Promise<void> {
    const result = await this.#bridge.call('runs.curves', { runIds: [...runIds], ...series, maxPoints });
    const found = new Map(result.ok ? result.value.map((curve) => [curve.runId, curve]) : []);
    // A failure leaves an empty curve: asked again at the next event, not in a loop.
    for (const runId of runIds) {
      const curve = found.get(runId) ?? emptyCurve(runId);
      const key = keyOf(runId, series);
      // Steps are told about far more often than epochs end, and a chart that is drawn again takes time from the training.
      if (!isSame(this.#curves.get(key), curve)) this.#curves.set(key, curve);
    }
  }

  async #fetchNew(runId: string, series: Series): Promise<void> {
    const key = keyOf(runId, series);
    const known = this.#curves.get(key);
    const last = known?.steps.at(-1);
    if (known === undefined || last === undefined || known.steps.length > 2 * maxPoints) {
      await this.#fetchWhole([runId], series);
      return;
    }
    const result = await this.#bridge.call('runs.curves', {
      runIds: [runId],
      ...series,
      fromStep: last + 1,
      maxPoints,
    });
    const added = result.ok ? result.value[0] : undefined;
    if (added !== undefined && added.steps.length > 0) this.#curves.set(key, appended(known, added));
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
    totalPoints: known.totalPoints + added.totalPoints,
  };
}

function isSame(known: Curve | undefined, curve: Curve): boolean {
  return (
    known?.steps.length === curve.steps.length &&
    known.totalPoints === curve.totalPoints &&
    curve.steps.every((step, index) => step === known.steps[index] && Object.is(curve.values[index], known.values[index]))
  );
}

function emptyCurve(runId: string): Curve {
  return { runId, epochs: [], steps: [], seconds: [], values: [], totalPoints: 0 };
}

function keyOf(runId: string, { metric, resolution }: Series): string {
  return `${runId} ${resolution} ${metric}`;
}
