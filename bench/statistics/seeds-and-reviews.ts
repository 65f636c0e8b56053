import { randomStream } from '../../src-main/core/util/random.ts';
import { chiSquareDraw } from '../../src-main/core/statistics/chi-square.ts';
import { verdictOf } from '../../src-main/core/statistics/verdict.ts';
import { coverage } from '../../src-main/testing/builders/crossed-effects.ts';
import { table } from '../speed/markdown.ts';

/** Which interval covers the difference on new reviews, and what skewed differences over seeds do to the interval over seeds. */
export function report(): string {
  return [
    '## Seeds and reviews',
    '',
    ...table(
      [
        'Variants',
        'Seeds',
        'Over seeds covers',
        'Two-way covers',
        'The rule covers',
        'Two-way decides',
      ],
      [0, 0.5, 1].flatMap((apart) =>
        [3, 5, 8].map((seeds) => {
          const found = coverage({ seeds, reviews: 600, apart, skill: 0.05, experiments: 600 });
          const { overSeeds, twoWay, rule, decides } = found;
          return [
            apart === 0 ? 'alike on each review' : `differ on reviews by ${apart}`,
            String(seeds),
            ...[overSeeds, twoWay, rule, decides].map(percent),
          ];
        }),
      ),
    ),
    '',
    'The difference on new reviews is 0; 95 % of the intervals are to hold it (600 experiments each).',
    '',
    '## Skewed differences over seeds',
    '',
    ...table(
      ['Skewness', 'Seeds', 'Differences found'],
      [0, 0.5, 1, 1.5, 2].flatMap((skewness) =>
        [5, 10, 20].map((seeds) => [
          String(skewness),
          String(seeds),
          percent(found(skewness, seeds)),
        ]),
      ),
    ),
    '',
    'The mean difference is 0, so every difference that is found is false; 5 % are meant to be.',
    '',
  ].join('\n');
}

/** Share of experiments in which the interval over seeds leaves 0, of differences from a gamma distribution with mean 0. */
function found(skewness: number, seeds: number): number {
  const random = randomStream(1, `skewed ${skewness} ${seeds}`);
  const experiments = 10_000;
  // A chi-square of k degrees has the skewness sqrt(8 / k).
  const degrees = skewness === 0 ? 0 : Math.round(8 / skewness ** 2);
  const draw = (): number =>
    degrees === 0 ? random.normal() : chiSquareDraw(degrees, random) - degrees;
  let wrong = 0;
  for (let experiment = 0; experiment < experiments; experiment += 1) {
    const { p } = verdictOf(Array.from({ length: seeds }, draw), 0);
    if ((p ?? 1) < 0.05) wrong += 1;
  }
  return wrong / experiments;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

if (import.meta.main) process.stdout.write(report());
