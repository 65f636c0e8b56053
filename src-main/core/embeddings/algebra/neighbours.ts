import { rowsWithDirection, type Matrix } from './matrix.ts';
import type { Products } from './products.ts';

/** Nearest first, [queries, most]; -1 behind the last where there are fewer. */
export type NeighbourLists = Readonly<{ most: number; lists: Int32Array }>;

/**
 * The `most` nearest rows by cosine of each query row, exactly: every pair of `unit` rows (length 1, or zeros) is multiplied, block by
 * block. A row is no neighbour of itself; on ties the earlier row comes first; rows of zeros have no neighbours and are none.
 *
 * @param between is told the share done after every block
 */
export async function nearestRows(
  unit: Matrix,
  queries: Int32Array,
  most: number,
  products: Products,
  between: (share: number) => Promise<void> = () => Promise.resolve(),
): Promise<NeighbourLists> {
  const isCandidate = rowsWithDirection(unit);
  const lists = new Int32Array(queries.length * most).fill(-1);
  const selection = createSelection(most);
  const blockRows = Math.max(1, Math.floor(blockValues / Math.max(1, unit.rows)));
  for (let begin = 0; begin < queries.length; begin += blockRows) {
    const block = queries.subarray(begin, begin + blockRows);
    const rows = gather(unit, block);
    const similarities = products.rowsByRows(rows, unit);
    block.forEach((self, index) => {
      if (isCandidate[self] === 0) return;
      const row = similarities.subarray(index * unit.rows, (index + 1) * unit.rows);
      selection(
        row,
        isCandidate,
        self,
        lists.subarray((begin + index) * most, (begin + index + 1) * most),
      );
    });
    await between((begin + block.length) / queries.length);
  }
  return { most, lists };
}

/** The `most` candidates with the largest of a row's values; on ties the earlier comes first. */
export function largestFirst(row: Float32Array, isCandidate: Uint8Array, most: number): number[] {
  const value = (at: number): number => row[at] ?? 0;
  return Array.from(row.keys())
    .filter((at) => isCandidate[at] === 1)
    .sort((a, b) => value(b) - value(a) || a - b)
    .slice(0, most);
}

/** Similarities of a block: 16 MB. */
const blockValues = 4_000_000;

function gather(unit: Matrix, picks: Int32Array): Matrix {
  const { columns } = unit;
  const [first = 0] = picks;
  // Mostly rows that follow one another: a view.
  if (picks.every((pick, index) => pick === first + index)) {
    const values = unit.values.subarray(first * columns, (first + picks.length) * columns);
    return { rows: picks.length, columns, values };
  }
  const values = new Float32Array(picks.length * columns);
  picks.forEach((pick, row) => {
    values.set(unit.values.subarray(pick * columns, (pick + 1) * columns), row * columns);
  });
  return { rows: picks.length, columns, values };
}

type Selection = (
  row: Float32Array,
  isCandidate: Uint8Array,
  self: number,
  out: Int32Array,
) => void;

/**
 * Keeps the largest values of a row. Each that may still count becomes one number, its bits in the order of size above its row's
 * number counted from the end, and is sorted with the others when the buffer is full. A sample of the row tells beforehand below which
 * value none is likely to count; where that was too much, the row is gone through again.
 */
function createSelection(most: number): Selection {
  const buffer = new Float64Array(4 * most);
  const sample = new Float32Array(sampleSize);
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);

  function likelyLeast(row: Float32Array): number {
    const stride = row.length / sampleSize;
    if (stride < 4) return -Infinity;
    for (let index = 0; index < sampleSize; index += 1) {
      sample[index] = row[Math.floor(index * stride)] as number;
    }
    sample.sort();
    const expected = (most / row.length) * sampleSize;
    return sample[sampleSize - Math.ceil(1.5 * expected + 10)] ?? -Infinity;
  }

  function collect(row: Float32Array, isCandidate: Uint8Array, self: number, from: number): number {
    let used = 0;
    let least = from;
    for (let index = 0; index < row.length; index += 1) {
      const value = row[index] as number;
      if (value <= least || index === self || isCandidate[index] === 0) continue;
      // -0 and 0 are equal, their bits are not.
      float[0] = value + 0;
      const raw = bits[0] as number;
      const ordered = raw >= 0x80000000 ? 0xffffffff - raw : raw + 0x80000000;
      buffer[used] = ordered * 2 ** 20 + (2 ** 20 - 1 - index);
      used += 1;
      if (used < buffer.length) continue;
      buffer.sort();
      buffer.copyWithin(0, used - most, used);
      used = most;
      bits[0] = bitsOf(buffer[0] as number);
      least = float[0];
    }
    buffer.subarray(0, used).sort();
    return used;
  }

  return (row, isCandidate, self, out) => {
    const from = likelyLeast(row);
    let used = collect(row, isCandidate, self, from);
    if (used < most && from > -Infinity) used = collect(row, isCandidate, self, -Infinity);
    for (let place = 0; place < Math.min(used, most); place += 1) {
      out[place] = 2 ** 20 - 1 - ((buffer[used - 1 - place] as number) % 2 ** 20);
    }
  };
}

const sampleSize = 512;

/** The float's bits of a number that `createSelection` made. */
function bitsOf(key: number): number {
  const ordered = Math.floor(key / 2 ** 20);
  return ordered >= 0x80000000 ? ordered - 0x80000000 : 0xffffffff - ordered;
}

/**
 * How much two tables' neighbours of each query agree at each k: shared over all. NaN where either has fewer than k. At k as large as
 * all other rows there is nothing to say.
 */
export function neighbourOverlap(
  a: NeighbourLists,
  b: NeighbourLists,
  ks: readonly number[],
  candidates: number,
): Float32Array[] {
  const { most } = a;
  const queries = a.lists.length / most;
  const overlaps = ks.map(() => new Float32Array(queries));
  const placeInA = new Int32Array(candidates);
  const sharedAt = new Int32Array(most + 1);
  for (let query = 0; query < queries; query += 1) {
    const listA = a.lists.subarray(query * most, (query + 1) * most);
    const listB = b.lists.subarray(query * most, (query + 1) * most);
    const [countA, countB] = [countOf(listA), countOf(listB)];
    for (let place = 0; place < countA; place += 1) placeInA[listA[place] as number] = place + 1;
    sharedAt.fill(0);
    for (let place = 0; place < countB; place += 1) {
      const other = placeInA[listB[place] as number] as number;
      // Both lists hold it from this k on.
      if (other > 0)
        sharedAt[Math.max(other, place + 1)] = 1 + (sharedAt[Math.max(other, place + 1)] as number);
    }
    for (let place = 0; place < countA; place += 1) placeInA[listA[place] as number] = 0;
    for (const [index, k] of ks.entries()) {
      let shared = 0;
      for (let at = 1; at <= k; at += 1) shared += sharedAt[at] as number;
      const isDefined = k <= most && k < candidates - 1 && Math.min(countA, countB) >= k;
      (overlaps[index] as Float32Array)[query] = isDefined ? shared / (2 * k - shared) : Number.NaN;
    }
  }
  return overlaps;
}

/** Of two unrelated tables with so many rows: k of `others` each by chance. */
export const overlapByChance = (k: number, candidates: number): number =>
  k / (2 * (candidates - 1) - k);

/**
 * Second-order change: correlation of a word's similarities to the union of both neighbourhoods in one table and in the other.
 * NaN where it is undefined.
 */
export function secondOrder(
  tables: readonly [Matrix, Matrix],
  lists: readonly [NeighbourLists, NeighbourLists],
  queries: Int32Array,
  k: number,
): Float32Array {
  const result = new Float32Array(queries.length);
  const isMember = new Uint8Array(tables[0].rows);
  const members = new Int32Array(2 * k);
  const profiles = tables.map(() => new Float64Array(2 * k));
  queries.forEach((self, query) => {
    let count = 0;
    for (const { lists: all, most } of lists) {
      for (const row of all.subarray(query * most, query * most + Math.min(k, most))) {
        if (row < 0 || isMember[row] === 1) continue;
        isMember[row] = 1;
        members[count] = row;
        count += 1;
      }
    }
    const union = members.subarray(0, count);
    for (const row of union) isMember[row] = 0;
    tables.forEach((table, index) => {
      similaritiesTo(table, self, union, profiles[index] as Float64Array);
    });
    const [first, second] = profiles.map((profile) => profile.subarray(0, count));
    result[query] = correlation(first as Float64Array, second as Float64Array);
  });
  return result;
}

/** Pearson's; NaN where either does not vary. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const count = a.length;
  let [sumA, sumB] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    sumA += a[index] as number;
    sumB += b[index] as number;
  }
  const [meanA, meanB] = [sumA / count, sumB / count];
  let [ab, aa, bb] = [0, 0, 0];
  for (let index = 0; index < count; index += 1) {
    const x = (a[index] as number) - meanA;
    const y = (b[index] as number) - meanB;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : Number.NaN;
}

function similaritiesTo(table: Matrix, self: number, others: Int32Array, out: Float64Array): void {
  const { columns, values } = table;
  const left = values.subarray(self * columns, (self + 1) * columns);
  for (let index = 0; index < others.length; index += 1) {
    const begin = (others[index] as number) * columns;
    let sum = 0;
    for (let at = 0; at < columns; at += 1) {
      sum += (left[at] as number) * (values[begin + at] as number);
    }
    out[index] = sum;
  }
}

function countOf(list: Int32Array): number {
  const end = list.indexOf(-1);
  return end < 0 ? list.length : end;
}
