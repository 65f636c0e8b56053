import {
  compareTables,
  type ComparisonResult,
} from '../../src-main/core/embeddings/compare/compare-tables.ts';
import type { Matrix } from '../../src-main/core/embeddings/algebra/matrix.ts';
import {
  excess,
  planFloor,
  type Member,
} from '../../src-main/core/embeddings/compare/noise-floor.ts';
import { plainProducts } from '../../src-main/core/embeddings/algebra/products.ts';
import { rankCorrelation } from '../../src-main/core/embeddings/algebra/rank-correlation.ts';
import { leastReliability } from '../../src-main/core/embeddings/ranking/ranking-standing.ts';
import { rotationOf } from '../../src-main/core/embeddings/algebra/rotation.ts';
import { randomStream, type RandomStream } from '../../src-main/core/util/random.ts';
import { table } from '../speed/markdown.ts';

/*
 * How reliable a ranking of words is, where the variants differ in nothing and where they place words differently, by the number of
 * seeds; and what second-order similarity gives for unrelated tables.
 */

const words = 200;
const dims = 6;
const experiments = 5;

/** Each run is its variant's table with noise, in a frame of its own. `change` is the largest shift of a word between the variants. */
async function experiment(seeds: number, change: number, name: string) {
  const random = randomStream(1, name);
  const base = gaussian(random);
  const direction = gaussian(random);
  const planted = Float32Array.from({ length: words }, () => change * random.uniform());
  const moved = base.values.map(
    (value, at) =>
      value + (planted[Math.floor(at / dims)] as number) * (direction.values[at] as number),
  );
  const members: Member[] = ['a', 'b'].flatMap((group) =>
    Array.from({ length: seeds }, (_, seed) => ({ runId: `${group}${seed}`, seed, group })),
  );
  // The shown tables come first.
  const order = [...members.keys()].sort(
    (p, q) => Number(p % seeds !== 0) - Number(q % seeds !== 0) || p - q,
  );
  const shown = order.map((index) => members[index] as Member);
  const { pairs } = await compared(
    shown.map(({ group }) => {
      const values = group === 'a' ? base.values : moved;
      const noisy = { ...base, values: values.map((value) => value + 0.5 * random.normal()) };
      const turn = rotationOf(Float64Array.from({ length: dims * dims }, random.normal), dims);
      return plainProducts.times(noisy, turn.q, dims);
    }),
    shown,
  );
  const { floor, reliability } = pairs[0] as ComparisonResult['pairs'][number];
  if (floor === null || reliability === null) throw new Error('There are seeds enough.');
  return {
    reliability: reliability.measures.alignedL2.mean,
    truth: rankCorrelation(excess(floor, 'alignedL2'), planted),
  };
}

const gaussian = ({ normal }: RandomStream): Matrix => ({
  rows: words,
  columns: dims,
  values: Float32Array.from({ length: words * dims }, normal),
});

const compared = (tables: readonly Matrix[], members: readonly Member[]) =>
  compareTables(
    {
      tables: tables.map((values) => ({ values, start: null })),
      members,
      shownCount: 2,
      rankedCount: words,
      pairs: [{ first: 0, second: 1, isFixed: false, floor: planFloor(members, 0, 1) }],
      reference: null,
      subject: 'table',
      isCentred: true,
      poles: { positive: Int32Array.of(0), negative: Int32Array.of(1) },
      logOdds: new Float32Array(words),
      seed: 1,
    },
    plainProducts,
    () => Promise.resolve(),
  );

export async function report(): Promise<string> {
  const rows: string[][] = [];
  for (const change of [0, 0.5, 1]) {
    for (const seeds of [4, 8]) {
      const found: Awaited<ReturnType<typeof experiment>>[] = [];
      for (let index = 0; index < experiments; index += 1)
        found.push(await experiment(seeds, change, `ranking ${change} ${seeds} ${index}`));
      const reliabilities = found.map(({ reliability }) => reliability);
      const named = reliabilities.filter((value) => value >= leastReliability).length;
      rows.push([
        change === 0 ? 'none' : `up to ${change}`,
        String(seeds),
        mean(reliabilities).toFixed(2),
        `${Math.min(...reliabilities).toFixed(2)} to ${Math.max(...reliabilities).toFixed(2)}`,
        change === 0 ? '–' : mean(found.map(({ truth }) => truth)).toFixed(2),
        `${named} of ${experiments}`,
      ]);
    }
  }
  const random = randomStream(1, 'unrelated');
  const unrelated = await compared(
    [gaussian(random), gaussian(random)],
    [0, 1].map((seed) => ({ runId: `${seed}`, seed, group: null })),
  );
  const { whole, chance, standardErrors } = (
    unrelated.pairs[0] as ComparisonResult['pairs'][number]
  ).measures;
  return [
    '## Ranking of words',
    '',
    `${words} words, ${experiments} experiments a row, ranked by the excess of the aligned distance. Each run is its variant's table with noise.`,
    '',
    ...table(
      [
        'Change of a word',
        'Seeds a variant',
        'Reliability',
        'Range',
        'Correlation with the change',
        'Words are named',
      ],
      rows,
    ),
    '',
    'Where the variants differ in nothing, the reliability is about 0 and no words are named; it grows with the change and with the seeds.',
    `Second-order similarity of two unrelated tables is ${whole.meanSecondOrder.toFixed(2)}; its chance line is ${chance.meanSecondOrder.toFixed(2)}, standard error ${standardErrors.chance.meanSecondOrder.toFixed(3)}.`,
    '',
  ].join('\n');
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

if (import.meta.main) process.stdout.write(await report());
