import { setImmediate } from 'node:timers/promises';

/** What is gone through at a time on the main process: some milliseconds. */
const valuesATurn = 400_000;

/** The rows of a table from 0 in blocks; between them others get their turn, so that a large table holds nobody up. */
export async function* rowsInTurns(rows: number, dims: number): AsyncGenerator<number[]> {
  const size = Math.max(1, Math.floor(valuesATurn / dims));
  for (let begin = 0; begin < rows; begin += size) {
    yield Array.from({ length: Math.min(size, rows - begin) }, (_, index) => begin + index);
    await setImmediate();
  }
}
