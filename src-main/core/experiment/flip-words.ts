import type { Judgement } from '#contract/experiment.ts';
import * as m from '#messages';

import { count, fixed, pValue } from '../wording/number-text.ts';
import { alpha, pairsForFinding, type ExpectedFlips } from './expected-flips.ts';

/** `number`: the stable disagreements, those expected from seeds alone, and what follows; `within`: the same within each side. */
export type FlipWords = Readonly<{ number: string; within: string }>;

/** Null where there is no number to expect. */
export function flipWords({
  sides,
  seeds: { length: seeds },
  rows,
  stableFlips: { length: total },
  expectedStableFlips: expected,
}: Judgement): FlipWords | null {
  if (sides === null || expected === null) return null;
  const [{ name: first }, { name: second }] = sides;
  const { within } = expected;
  const number = m.experiments_flips_expected({
    first,
    second,
    seeds,
    rows: count(rows),
    count: total,
    shown: count(total),
    expected: spreadText(expected),
  });
  return {
    number: `${number} ${conclusion({ first, second, seeds, total, expected })}`.trimEnd(),
    within: m.experiments_flips_within({
      seeds: within.seeds,
      first,
      second,
      firstCount: spreadText(within.first),
      secondCount: spreadText(within.second),
    }),
  };
}

function conclusion({
  first,
  second,
  seeds,
  total,
  expected: { mean, p, within, isFinding },
}: Readonly<{
  first: string;
  second: string;
  seeds: number;
  total: number;
  expected: ExpectedFlips;
}>): string {
  if (total === 0)
    return mean < hardlyAny ? m.experiments_flips_unlikely({ first, second, seeds }) : '';
  const shownP = p < 0.001 ? pValue(p) : `= ${pValue(p)}`;
  if (isFinding) return m.experiments_flips_finding({ p: shownP });
  if (seeds < pairsForFinding)
    return m.experiments_flips_few_seeds({ seeds, needed: pairsForFinding });
  return p > alpha
    ? m.experiments_flips_seed_noise({ p: shownP })
    : m.experiments_flips_unequal_noise({ first, second, limit: numberText(within.limit) });
}

const hardlyAny = 0.05;

/** "15 ± 4" */
const spreadText = ({ mean, sd }: ExpectedFlips['within']['first']): string =>
  mean < hardlyAny
    ? m.experiments_flips_hardly_any()
    : m.experiments_flips_spread({ mean: numberText(mean), sd: numberText(sd) });

const numberText = (value: number): string => fixed(value, value < 10 ? 1 : 0);
