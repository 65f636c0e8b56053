import { mostPairs } from '../../src-main/core/experiment/planned-looks.ts';
import { randomStream } from '../../src-main/core/random.ts';
import { meanOf } from '../../src-main/core/statistics/mean.ts';
import { morePairs } from '../../src-main/core/statistics/more-pairs.ts';
import { verdictOf, type VerdictState } from '../../src-main/core/statistics/verdict.ts';
import { table } from '../speed/markdown.ts';

/** Pairs so far, mean and standard deviation of their differences, and margin, in points. */
const situations = [
  [4, 0.5, 0.41, 0.25],
  [5, 0, 0.3, 0.25],
  [6, 0.2, 0.35, 0.25],
  [8, 0.12, 0.43, 0.5],
  [8, 0.3, 0.5, 0.25],
  [12, 0.4, 0.8, 0.25],
] as const;
const experiments = 3000;
const open = new Set<VerdictState>(['leaning', 'open']);

/** What the estimate of further pairs says, and how many experiments these settle where every new pair is drawn and judged. */
export function report(): string {
  const { normal } = randomStream(1, 'pairs needed');
  const rows = situations.map(([count, mean, deviation, margin]) => {
    const raw = meanOf(Array.from({ length: count }, (_, index) => index));
    const sofar = Array.from(
      { length: count },
      (_, index) => (mean + (deviation * (index - raw.mean)) / raw.standardDeviation) / 100,
    );
    const needed = morePairs(sofar, margin / 100, { most: mostPairs });
    const pairs = needed === 'unknown' ? null : needed.pairs;
    const settled = (added: number): string => {
      let share = 0;
      for (let experiment = 0; experiment < experiments; experiment += 1) {
        const more = Array.from({ length: added }, () => (mean + deviation * normal()) / 100);
        const verdict = verdictOf([...sofar, ...more], margin / 100, { number: 2, planned: 1 });
        if (!open.has(verdict.state)) share += 1 / experiments;
      }
      return `${(share * 100).toFixed(0)} %`;
    };
    const [low, high] = needed === 'unknown' ? [null, null] : needed.range;
    return [
      `${count} pairs, ${mean} ± ${deviation}, margin ${margin}`,
      pairs === null ? '-' : String(pairs),
      `${low ?? '-'} to ${high ?? `more than ${mostPairs}`}`,
      pairs === null ? '-' : settled(pairs),
      pairs === null || pairs === 1 ? '-' : settled(pairs - 1),
    ];
  });
  return [
    '## More pairs that would settle it',
    '',
    ...table(
      ['So far (points)', 'More pairs', 'Range', 'Settled by them', 'Settled by one fewer'],
      rows,
    ),
    '',
    'The estimate is the smallest number that settles 80 % of the simulated experiments.',
    '',
  ].join('\n');
}

if (import.meta.main) process.stdout.write(report());
