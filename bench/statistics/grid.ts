import { simulateGrids, type ErrorRates } from '../../src-main/testing/builders/factor-grids.ts';
import { table } from '../speed/markdown.ts';

const grids = 10_000;

/** How often a factor grid names a factor that does nothing, by seeds as blocks and by one pooled error term. */
export function report(): Promise<string> {
  const rows = [true, false].flatMap((isNearCopy) =>
    [2, 3, 5, 8].map((seeds) => {
      const { overSeeds, pooled } = simulateGrids(grids, { seeds, isNearCopy });
      return [
        isNearCopy ? 'near copies' : 'independent',
        String(seeds),
        ...rates(overSeeds),
        ...rates(pooled),
      ];
    }),
  );
  return Promise.resolve(
    [
      '## Factor grid: false terms and coverage',
      '',
      ...table(
        [
          'Cells that differ in padding alone',
          'Seeds',
          'False term, over seeds',
          'Coverage, over seeds',
          'False term, pooled',
          'Coverage, pooled',
        ],
        rows,
      ),
      '',
      `Each row is ${grids.toLocaleString('en')} grids without any effect: at most 5 % may name a term, and 95 % of the intervals of "B minus A" should hold 0.`,
      '',
    ].join('\n'),
  );
}

const rates = ({ falseTerms, coverage }: ErrorRates): string[] =>
  [falseTerms, coverage].map((share) => `${(share * 100).toFixed(1)} %`);

if (import.meta.main) process.stdout.write(await report());
