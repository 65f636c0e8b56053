import type { DiffWord } from '#contract/embedding-diff.ts';
import type { CallInput } from '#contract/index.ts';

import type { Bridge } from '../../../bridge/bridge.ts';

export type WordsAsked = Omit<CallInput<'diffs.words'>, 'offset' | 'count'>;

const pageSize = 200;

/** Words of a comparison in the order asked for, fetched by pages as they come into view. */
export class WordPages {
  total = $state<number | null>(null);
  problem = $state<string | null>(null);
  #rows = $state.raw<ReadonlyMap<number, DiffWord>>(new Map());
  readonly #bridge: Bridge;
  #asked: WordsAsked | null = null;
  #pages = new Set<number>();

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  ask(asked: WordsAsked): void {
    this.#asked = asked;
    this.#pages = new Set();
    void this.#fetch(0);
  }

  at(index: number): DiffWord | undefined {
    return this.#rows.get(index);
  }

  need(first: number, last: number): void {
    for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page += 1)
      void this.#fetch(page);
  }

  async #fetch(page: number): Promise<void> {
    const asked = this.#asked;
    if (asked === null || this.#pages.has(page)) return;
    const pages = this.#pages.add(page);
    const answer = await this.#bridge.call('diffs.words', {
      ...asked,
      offset: page * pageSize,
      count: pageSize,
    });
    // Something else has been asked for since.
    if (pages !== this.#pages) return;
    if (!answer.ok) {
      this.problem = answer.failure.message;
      pages.delete(page);
      return;
    }
    this.problem = null;
    this.total = answer.value.total;
    const rows = new Map(page === 0 ? [] : this.#rows);
    answer.value.rows.forEach((row, index) => rows.set(page * pageSize + index, row));
    this.#rows = rows;
  }
}
