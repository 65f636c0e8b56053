import { randomStream } from '../../src-main/core/random.ts';
import { attainedError } from '../../src-main/core/statistics/attained-error.ts';
import { verdictOf, type VerdictState } from '../../src-main/core/statistics/verdict.ts';
import { table } from '../speed/markdown.ts';

/** Looks that were planned, and the pairs at each look that was taken. */
const plans = [
  { planned: 1, pairs: [3, 6] },
  { planned: 1, pairs: [5, 10] },
  { planned: 1, pairs: [8, 10] },
  { planned: 1, pairs: [4, 6, 9] },
  { planned: 3, pairs: [2, 4, 6, 9] },
] as const;
const experiments = 12_000;
const found = new Set<VerdictState>(['better', 'ahead', 'aheadBelowMargin']);

/** How often pairs that are added after a look find a difference where there is none, and what the interval then covers. */
export function report(): string {
  const { normal } = randomStream(1, 'extension');
  const rows = plans.map(({ planned, pairs }) => {
    let [wrong, covered] = [0, 0];
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      const differences = Array.from({ length: pairs.at(-1) ?? 0 }, () => normal());
      // Whoever finds a difference stops; the others add pairs.
      for (const [index, count] of pairs.entries()) {
        const look = { number: index + 1, planned };
        const { state, interval95 } = verdictOf(differences.slice(0, count), 0, look);
        const [low, high] = interval95 ?? [0, 0];
        if (!found.has(state) && index < pairs.length - 1) continue;
        if (found.has(state)) wrong += 1;
        if (low <= 0 && high >= 0) covered += 1;
        break;
      }
    }
    const said = attainedError(
      pairs.map((count, index) => ({ pairs: count, number: index + 1, planned })),
    );
    return [
      `${pairs.join(', ')} (${planned} planned)`,
      percent(said),
      percent(wrong / experiments),
      percent(covered / experiments),
    ];
  });
  return [
    '## Pairs added after an analysis',
    '',
    ...table(
      ['Pairs at each analysis', 'Error that is stated', 'Differences found', 'Interval covers'],
      rows,
    ),
    '',
    `No two variants differ here, so every difference that is found is false (${experiments} experiments each).`,
    '',
  ].join('\n');
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

if (import.meta.main) process.stdout.write(report());
