import { SvelteMap } from 'svelte/reactivity';

import type { CallOutput } from '#contract/index.ts';
import type { RunSummary } from '#contract/run.ts';

import type { Bridge } from '../../bridge/bridge.ts';

type Sample = CallOutput<'datasets.samples'>['rows'][number];

/** Waits this long before it asks, so that rows scrolled past are not fetched. */
const restMs = 80;
const atOnce = 6;

/** Texts of test reviews, fetched when their rows are looked at. */
export class ReviewTexts {
  readonly #bridge: Bridge;
  readonly #run: () => RunSummary | undefined;
  readonly #texts = new SvelteMap<number, Sample>();
  readonly #asked = new Set<number>();
  #wanted: readonly number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `run` says the dataset and the encoding. */
  constructor(bridge: Bridge, run: () => RunSummary | undefined) {
    this.#bridge = bridge;
    this.#run = run;
  }

  get(row: number): Sample | undefined {
    return this.#texts.get(row);
  }

  want(rows: readonly number[]): void {
    this.#wanted = rows.filter((row) => !this.#asked.has(row));
    clearTimeout(this.#timer);
    if (this.#wanted.length > 0) this.#timer = setTimeout(() => void this.#fetch(), restMs);
  }

  /** Asks for nothing more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#wanted = [];
  }

  async #fetch(): Promise<void> {
    const run = this.#run();
    if (run === undefined) return;
    const rows = this.#wanted;
    const { numWords, maxLength, padding, truncating } = run.config;
    for (let i = 0; i < rows.length && rows === this.#wanted; i += atOnce) {
      await Promise.all(
        rows.slice(i, i + atOnce).map(async (row) => {
          this.#asked.add(row);
          const result = await this.#bridge.call('datasets.samples', {
            datasetId: run.dataset,
            split: 'test',
            offset: row,
            count: 1,
            encoding: { numWords, maxLength, padding, truncating },
          });
          const sample = result.ok ? result.value.rows[0] : undefined;
          if (sample !== undefined) this.#texts.set(row, sample);
          else this.#asked.delete(row);
        }),
      );
    }
  }
}
