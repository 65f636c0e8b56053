import { stableFlips } from '../../src-main/core/experiment/agreement.ts';
import { expectedFlips } from '../../src-main/core/experiment/expected-flips.ts';
import { randomStream, type RandomStream } from '../../src-main/core/random.ts';
import { table } from '../speed/markdown.ts';

/*
 * How often stable disagreements are called a finding. A model predicts a review positive where the review's score, a shift of the model and
 * noise of the model on this review sum to 0 or more; variants differ in nothing, in the size of their noise, or in the sign of the
 * score of some reviews. The noise of both models of a seed is correlated by `alike`, for they start from one state and read one order.
 */

const reviews = 1500;
const experiments = 100;
const seedCounts = [2, 3, 4, 6, 8];
const cases = [
  { name: 'A and B are equal', noise: [0.2, 0.2], different: 0, alike: 0 },
  { name: 'A and B are equal, alike within a seed', noise: [0.2, 0.2], different: 0, alike: 0.5 },
  { name: 'the noise of A is twice that of B', noise: [0.27, 0.135], different: 0, alike: 0 },
  { name: 'the noise of A is four times that of B', noise: [0.32, 0.08], different: 0, alike: 0 },
  { name: 'B has no noise', noise: [0.35, 0], different: 0, alike: 0 },
  { name: '20 reviews differ', noise: [0.2, 0.2], different: 20, alike: 0 },
  { name: '20 reviews differ, alike within a seed', noise: [0.2, 0.2], different: 20, alike: 0.5 },
] as const;

export async function report(): Promise<string> {
  const rows = cases.flatMap((of) =>
    seedCounts.map((seeds) => {
      const { observed, expected, some, tested, found } = simulate(of, seeds);
      return [
        of.name,
        String(seeds),
        observed.toFixed(1),
        expected.toFixed(1),
        ...[some, tested, found].map((count) => `${((100 * count) / experiments).toFixed(0)} %`),
      ];
    }),
  );
  return Promise.resolve(
    [
      '## Stable disagreements',
      '',
      ...table(
        [
          'variants',
          'seeds',
          'observed',
          'expected',
          'any observed',
          'permutation test alone',
          'finding',
        ],
        rows,
      ),
      '',
      `${experiments} experiments of ${reviews} test reviews each; a finding also needs more reviews than unequal seed noise can explain.`,
      '',
    ].join('\n'),
  );
}

function simulate({ name, noise, different, alike }: (typeof cases)[number], seeds: number) {
  const stream = randomStream(1, `${name} ${seeds}`);
  const rows = Array.from({ length: reviews }, (_, row) => row);
  const sum = { observed: 0, expected: 0, some: 0, tested: 0, found: 0 };
  for (let experiment = 0; experiment < experiments; experiment += 1) {
    const scores = rows.map((row) =>
      row < different ? 2 * Math.sign(stream.normal()) : stream.normal(),
    );
    const opposed = scores.map((score, row) => (row < different ? -score : score));
    const shared = Array.from({ length: seeds }, () => rows.map(() => stream.normal()));
    const first = modelsOf(stream, scores, { size: noise[0], alike, shared });
    const second = modelsOf(stream, opposed, { size: noise[1], alike, shared });
    const observed = stableFlips(rows, rows, first, second).length;
    const { mean, p, isFinding } = expectedFlips(first, second);
    sum.observed += observed / experiments;
    sum.expected += mean / experiments;
    if (observed > 0) sum.some += 1;
    if (p <= 0.05) sum.tested += 1;
    if (isFinding) sum.found += 1;
  }
  return sum;
}

/** P(positive), 0 or 1, of each review by each seed's model. `shared`: the noise that both models of a seed have. */
function modelsOf(
  stream: RandomStream,
  scores: readonly number[],
  noise: Readonly<{ size: number; alike: number; shared: readonly number[][] }>,
): Float32Array[] {
  const { size, alike, shared } = noise;
  return shared.map((common) => {
    const shift = 0.5 * size * stream.normal();
    return Float32Array.from(scores, (score, row) => {
      const drawn = Math.sqrt(alike) * (common[row] ?? 0) + Math.sqrt(1 - alike) * stream.normal();
      return score + shift + size * drawn >= 0 ? 1 : 0;
    });
  });
}

if (import.meta.main) process.stdout.write(await report());
