import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';

import type { Curve } from '#contract/metric.ts';

import type { Bridge } from '../../../bridge/bridge.ts';
import {
  keyOf,
  maxPoints,
  runsACall,
  type Series,
} from '../../../parts/curves/curve-store.svelte.ts';

/** Steps of one run; without an end where the window goes beyond the last. */
export type StepRange = Readonly<{ from: number; to: number | null }>;
export type SeriesRanges = Readonly<{ series: Series; ranges: ReadonlyMap<string, StepRange> }>;
type Wish = Readonly<{ runId: string; series: Series; range: StepRange; text: string }>;

/** What thinned curves have where somebody looks closer, fetched for that range alone. */
export class CurveDetails {
  readonly #bridge: Bridge;
  readonly #details = new SvelteMap<string, Readonly<{ text: string; curve: Curve }>>();
  readonly #refined = new WeakMap<Curve, Readonly<{ detail: Curve; refined: Curve }>>();
  #wishes: ReadonlyMap<string, Wish> = new Map();

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** The curve with all that was fetched in place of the few points that were kept there; the same object for the same. */
  refine(curve: Curve, series: Pick<Series, 'metric' | 'resolution'>): Curve {
    const detail = this.#details.get(keyOf(curve.runId, series))?.curve;
    if (detail === undefined) return curve;
    const before = this.#refined.get(curve);
    if (before?.detail === detail) return before.refined;
    const refined = refinedBy(curve, detail);
    this.#refined.set(curve, { detail, refined });
    return refined;
  }

  /** Says which ranges are looked at; all others are forgotten. */
  want(wanted: readonly SeriesRanges[]): void {
    const wishes = wanted.flatMap(({ series, ranges }) =>
      [...ranges].map(([runId, range]): [string, Wish] => {
        const text = JSON.stringify([range.from, range.to, series.smoothing]);
        return [keyOf(runId, series), { runId, series, range, text }];
      }),
    );
    this.#wishes = new Map(wishes);
    untrack(() => {
      for (const key of this.#details.keys()) if (!this.#wishes.has(key)) this.#details.delete(key);
      for (const { series } of wanted) void this.#fetch(series);
    });
  }

  async #fetch(series: Series): Promise<void> {
    const missing = [...this.#wishes].filter(
      ([key, wish]) => wish.series === series && this.#details.get(key)?.text !== wish.text,
    );
    for (let start = 0; start < missing.length; start += runsACall) {
      const part = missing.slice(start, start + runsACall).map(([, wish]) => wish);
      const result = await this.#bridge.call('runs.curves', {
        runIds: part.map(({ runId }) => runId),
        ...series,
        fromSteps: Object.fromEntries(part.map(({ runId, range }) => [runId, range.from])),
        toSteps: Object.fromEntries(
          part.flatMap(({ runId, range }) => (range.to === null ? [] : [[runId, range.to]])),
        ),
        maxPoints,
      });
      for (const curve of result.ok ? result.value : []) {
        const key = keyOf(curve.runId, series);
        const text = part.find(({ runId }) => runId === curve.runId)?.text;
        // Something else may be looked at by now.
        if (text !== undefined && this.#wishes.get(key)?.text === text && curve.steps.length > 0) {
          this.#details.set(key, { text, curve });
        }
      }
    }
  }
}

/**
 * The steps that a window on the x axis shows of a curve, from the last point before it to the first one after it; null where all of
 * them are there.
 *
 * @param x of the curve's points
 */
export function hiddenRange(
  { steps, totalPoints }: Curve,
  x: readonly number[],
  [low, high]: readonly [number, number],
): StepRange | null {
  if (steps.length >= totalPoints) return null;
  const after = x.findIndex((at) => at >= high);
  const first = Math.max(
    0,
    x.findLastIndex((at) => at <= low),
  );
  const last = after < 0 ? steps.length - 1 : after;
  const [from, to] = [steps[first] ?? 0, steps[last] ?? 0];
  if (to - from <= last - first) return null;
  return { from, to: after < 0 ? null : to };
}

export function refinedBy(curve: Curve, detail: Curve): Curve {
  const [from, to] = [detail.steps[0] ?? 0, detail.steps.at(-1) ?? 0];
  const start = curve.steps.findIndex((step) => step >= from);
  const end = curve.steps.findLastIndex((step) => step <= to) + 1;
  if (start < 0 || end <= start) return curve;
  const filled = <T>(all: readonly T[], part: readonly T[]): T[] => [
    ...all.slice(0, start),
    ...part,
    ...all.slice(end),
  ];
  return {
    ...curve,
    epochs: filled(curve.epochs, detail.epochs),
    steps: filled(curve.steps, detail.steps),
    seconds: filled(curve.seconds, detail.seconds),
    values: filled(curve.values, detail.values),
    smoothed: filled(curve.smoothed, detail.smoothed),
  };
}
