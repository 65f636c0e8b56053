import type { Transplant, TransplantControl } from '#contract/transplant.ts';
import { align } from '#core/embeddings/algebra/alignment.ts';
import { columnMeans, frobenius, shifted, type Matrix } from '#core/embeddings/algebra/matrix.ts';
import { plainProducts } from '#core/embeddings/algebra/products.ts';
import { randomRotation } from '#core/embeddings/algebra/rotation.ts';
import { inOtherFrame } from '#core/embeddings/transplant/transplant.ts';
import { controlPlans, controlTables } from '#core/embeddings/transplant/transplant-controls.ts';
import { randomStream } from '#core/util/random.ts';

/**
 * A transplant between two tables that have `shared` of `dims` directions in common, each table turned into axes of its own; the
 * other directions are independent noise. The receiver's model reads the sum of the shared directions: a review is positive where
 * its words' sum along them is above 0, and so is its label but for some noise. Nothing else of the table matters to it.
 */
export function plantedTransplant(
  options: Readonly<{ shared: number; dims: number; words: number; reviews: number; seed: number }>,
): Pick<Transplant, 'passes' | 'controls' | 'reviews'> {
  const { shared, dims, words, reviews, seed } = options;
  const { normal, below } = randomStream(seed, `planted ${shared} of ${dims}`);
  const gaussian = (columns: number): Matrix => ({
    rows: words,
    columns,
    values: Float32Array.from({ length: words * columns }, normal),
  });
  /** Where nothing is shared, the receiver still reads one direction. */
  const read = Math.max(1, shared);
  const features = gaussian(read);
  const featureAt = (word: number, column: number): number =>
    features.values[word * read + column] ?? 0;
  const table = (count: number): Matrix => {
    const noise = gaussian(dims);
    const values = noise.values.map((value, at) => {
      const column = at % dims;
      // Shared directions are longer than the noise, the first the longest.
      return column < count
        ? featureAt(Math.floor(at / dims), column) * (2 + (count - column) / 4)
        : value;
    });
    return plainProducts.times({ ...noise, values }, randomRotation(dims, { normal }), dims);
  };
  const [donor, receiver] = [table(shared), table(read)];
  const scores = Float32Array.from({ length: words }, (_, word) =>
    Array.from({ length: read }, (__, column) => featureAt(word, column)).reduce(
      (a, b) => a + b,
      0,
    ),
  );
  const weights = leastSquares(receiver, scores);

  const bags = Array.from({ length: reviews }, () =>
    Array.from({ length: 30 }, () => below(words)),
  );
  const sumOf = (bag: readonly number[], of: Float32Array): number =>
    bag.reduce((sum, word) => sum + (of[word] ?? 0), 0);
  const spread = Math.sqrt(30 * read);
  const labels = bags.map((bag) => sumOf(bag, scores) + 0.5 * spread * normal() > 0);
  const predicted = (with_: Matrix): boolean[] => {
    const { values } = plainProducts.times(with_, weights, 1);
    return bags.map((bag) => sumOf(bag, values) > 0);
  };
  const own = predicted(receiver);
  const passOf = (with_: Matrix) => {
    const predictions = predicted(with_);
    const accuracy = 1 - differing(predictions, labels) / reviews;
    return { accuracy, loss: null, flips: differing(predictions, own) };
  };

  const frame = frameOf(donor, receiver);
  const aligned = inOtherFrame(donor, frame, dims, plainProducts);
  const all = Int32Array.from({ length: words }, (_, row) => row);
  const fittedRows = { donor: all, receiver: all };
  const controlOf = controlTables(
    { donor, receiver, rowOf: all, frame, fittedRows, seed },
    plainProducts,
  );
  const withAligned = predicted(aligned);
  const controls = [...controlPlans(dims), { kind: 'directions' as const, k: dims }].map(
    (plan): TransplantControl => {
      const control = controlOf(plan);
      const flipsFromAligned = differing(predicted(control), withAligned);
      return { ...plan, ...passOf(control), flipsFromAligned };
    },
  );
  const passes = {
    own: passOf(receiver),
    raw: passOf(donor),
    aligned: passOf(aligned),
    untrained: passOf(gaussian(dims)),
  };
  return { passes, controls, reviews };
}

function frameOf(donor: Matrix, receiver: Matrix) {
  const [fromMeans, toMeans] = [columnMeans(donor), columnMeans(receiver)];
  const [x, y] = [shifted(donor, fromMeans), shifted(receiver, toMeans)];
  const { q } = align(x, y, plainProducts, { random: randomStream(1, 'half') });
  return { fromMeans, toMeans, q, lengthRatio: frobenius(y) / frobenius(x) };
}

/** Weights [columns] of the rows that come nearest to the scores, by gradient descent: columns are nearly orthogonal. */
function leastSquares(table: Matrix, scores: Float32Array): Float64Array {
  const column = (values: Float32Array): Matrix => ({ rows: table.rows, columns: 1, values });
  const weights = new Float64Array(table.columns);
  const step = 1 / frobenius(table) ** 2;
  for (let round = 0; round < 400; round += 1) {
    const fitted = plainProducts.times(table, weights, 1).values;
    const rest = scores.map((score, row) => score - (fitted[row] ?? 0));
    plainProducts.columnsByColumns(table, column(rest)).forEach((slope, index) => {
      weights[index] = (weights[index] ?? 0) + step * slope;
    });
  }
  return weights;
}

const differing = (a: readonly boolean[], b: readonly boolean[]): number =>
  a.filter((value, index) => value !== b[index]).length;
