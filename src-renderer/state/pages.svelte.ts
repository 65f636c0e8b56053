import type { Failure, Result } from '#contract/failure.ts';

type FetchPage<T> = (
  range: Readonly<{ offset: number; count: number }>,
) => Promise<Result<Readonly<{ total: number; rows: readonly T[] }>>>;

const pageSize = 200;

/** Rows of a long list, fetched by pages as they come into view. */
export class Pages<T> {
  total = $state<number | null>(null);
  failure = $state.raw<Failure | undefined>();
  #rows = $state.raw<ReadonlyMap<number, T>>(new Map());
  #fetchPage: FetchPage<T> | undefined;
  #pages = new Set<number>();
  /** What was in view last. */
  #needed: readonly [number, number] = [0, 0];

  /** From the start. What is there stays until the first new page has come. */
  ask(fetchPage: FetchPage<T>): void {
    this.#fetchPage = fetchPage;
    this.#pages = new Set();
    void this.#fetch(0);
  }

  at(index: number): T | undefined {
    return this.#rows.get(index);
  }

  need(first: number, last: number): void {
    this.#needed = [first, last];
    for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page += 1)
      void this.#fetch(page);
  }

  async #fetch(page: number): Promise<void> {
    const pages = this.#pages;
    if (this.#fetchPage === undefined || pages.has(page)) return;
    pages.add(page);
    const offset = page * pageSize;
    const answer = await this.#fetchPage({ offset, count: pageSize });
    // Something else has been asked for since.
    if (pages !== this.#pages) return;
    if (!answer.ok) {
      this.failure = answer.failure;
      pages.delete(page);
      return;
    }
    this.failure = undefined;
    this.total = answer.value.total;
    const rows = new Map(page === 0 ? [] : this.#rows);
    for (const [index, row] of answer.value.rows.entries()) rows.set(offset + index, row);
    this.#rows = rows;
    if (page === 0) this.need(...this.#needed);
  }
}
