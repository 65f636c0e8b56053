import { randomStream, type RandomStream } from '../../core/util/random.ts';
import { fitFactorial, type Factorial, type GridRun } from '../../core/statistics/factorial.ts';
import { holm } from '../../core/statistics/holm.ts';
import { twoSidedP, type Interval } from '../../core/statistics/student.ts';

/** What an analysis says of grids in which no factor does anything. */
export type ErrorRates = Readonly<{
  /** Share of grids in which at least one of the seven terms has p (Holm) below 0.05. */
  falseTerms: number;
  /** Share of grids in which the 95 % interval of "B minus A" holds the true 0. */
  coverage: number;
}>;

/** The adjusted p of each term, and the interval of "B minus A". */
type Analysis = (
  fit: Factorial,
) => Readonly<{ adjusted: readonly number[]; interval: Interval | null }>;

const byOwnSpread: Analysis = ({ terms, interval }) => ({
  adjusted: terms.map(({ test }) => test?.adjustedP ?? 1),
  interval,
});

const byPooledSpread: Analysis = ({ terms, pooled }) => ({
  adjusted: holm(
    terms.map(({ effect }, index) =>
      twoSidedP(
        effect,
        pooled?.terms[index]?.standardError ?? Number.NaN,
        pooled?.degreesOfFreedom ?? 0,
      ),
    ),
  ),
  interval: pooled?.interval ?? null,
});

/**
 * Both analyses of grids with `seeds` complete seeds in which no factor does anything, with a luck of each seed and a luck of each
 * run. `isNearCopy`: two runs of a seed that differ in padding alone share their luck up to a twentieth, as `same` and `valid` do.
 */
export function simulateGrids(
  grids: number,
  { seeds, isNearCopy }: Readonly<{ seeds: number; isNearCopy: boolean }>,
): Readonly<{ overSeeds: ErrorRates; pooled: ErrorRates }> {
  const random = randomStream(seeds, `factor grids, near copies: ${isNearCopy}`);
  const fits = Array.from({ length: grids }, () =>
    fitFactorial(
      Array.from({ length: seeds }, (_, seed) => seedRuns(seed, isNearCopy, random)).flat(),
    ),
  ).filter((fit) => fit !== null);
  const share = (holds: (fit: Factorial) => boolean) => fits.filter(holds).length / grids;
  const ratesOf = (analysis: Analysis): ErrorRates => ({
    falseTerms: share((fit) => analysis(fit).adjusted.some((p) => p < 0.05)),
    coverage: share((fit) => {
      const interval = analysis(fit).interval;
      return interval === null || (interval[0] <= 0 && interval[1] >= 0);
    }),
  });
  return { overSeeds: ratesOf(byOwnSpread), pooled: ratesOf(byPooledSpread) };
}

/** Of the test split of IMDB: accuracies are multiples of one of them. */
const reviews = 25_000;

function seedRuns(seed: number, isNearCopy: boolean, { normal }: RandomStream): GridRun[] {
  const ofSeed = 0.85 + 0.004 * normal();
  return [false, true].flatMap((embedding) =>
    [false, true].flatMap((head) => {
      const luck = normal();
      return [false, true].map((padding) => {
        const own = isNearCopy ? luck + normal() / 20 : normal();
        const value = Math.round((ofSeed + 0.003 * own) * reviews) / reviews;
        return { embedding, padding, head, seed, value };
      });
    }),
  );
}
