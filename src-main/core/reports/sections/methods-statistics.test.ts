import { beforeEach, describe, expect, it } from 'vitest';

import type { Judgement, Verdict } from '#contract/experiment.ts';

import { setLanguage } from '../../wording/language.ts';
import { statisticsMethods } from './methods-statistics.ts';
import { bibliography } from './references.ts';
import type { Told } from './told.ts';

const interval = { interval95: [-0.01, 0.02], interval90: [-0.01, 0.02], p: 0.3 };
const verdict = {
  ...{ state: 'open', margin: 0.0025, seeds: 6, coverage: 0.95, attainedError: null },
  ...{ ...interval, twoWay: interval, generalises: 'seeds', look: { number: 1, planned: 1 } },
} as unknown as Verdict;
const refused: Verdict = {
  ...verdict,
  state: 'notComparable',
  seeds: 0,
  coverage: null,
  twoWay: null,
};
const judgement = {
  ...{ weights: 'best', verdict, strata: null, factorial: null, comparisons: 1, morePairs: null },
  ...{ sides: [{ name: 'A' }, { name: 'B' }], seeds: Array.from({ length: 6 }) },
  ...{ pairs: { pending: 0 }, loss: null, brier: null, beside: null },
  ...{ stableFlips: [], expectedStableFlips: null },
} as unknown as Judgement;

/** What the methods say, and which works the references list. */
function methodsOf(
  of: Partial<Judgement>,
  data: object = {},
  blocks: readonly string[] = ['verdict', 'flips', 'vocabulary'],
): Readonly<{ text: string; cited: string }> {
  const { cite, cited } = bibliography();
  const told = {
    data: {
      ...{ judgement: { ...judgement, ...of }, pairs: [], embeddings: null },
      ...{ spec: { blocks: blocks.map((kind) => ({ kind })) }, ...data },
    },
  } as unknown as Told;
  const text = statisticsMethods(told, cite).map((item) => ('text' in item ? item.text : ''));
  return { text: text.join(' '), cited: cited().join(' ') };
}

beforeEach(() => {
  setLanguage('en');
});

describe('the methods name', () => {
  it('the interval over seeds and reviews with its level', () => {
    const { text, cited } = methodsOf({});
    expect(text).toContain('paired t test over seeds (Student 1908) at the 5% level. ');
    expect(text).toContain('A second 95% interval treats the test reviews as a sample too');
    expect(cited).toContain('Dorfman, D. D.');
  });

  it('that interval under several settings too, where it decides as well', () => {
    const strata = [1, 2].map((filters) => ({
      name: `filters ${filters}`,
      sides: ['A', 'B'],
      verdict,
    }));
    const { text, cited } = methodsOf({
      ...{ sides: null, seeds: [], verdict: refused },
      strata: strata as unknown as Judgement['strata'],
    });
    expect(text).toContain('A second 95% interval treats the test reviews as a sample too');
    expect(text).toContain("adjusted for multiple comparisons by Holm's method");
    expect(cited).toMatch(/Dorfman, D\. D\..*Holm, S\./);
  });

  it('the test of stable disagreements, where its result is printed', () => {
    const expected = {
      stableFlips: [{ row: 1, label: 1, probabilities: [0.9, 0.1] }],
      expectedStableFlips: {} as Judgement['expectedStableFlips'],
    } as Partial<Judgement>;
    const { text, cited } = methodsOf(expected);
    expect(text).toContain(
      "Stable disagreements are tested by an exact permutation test within pairs (Fisher 1935), which exchanges the two models of each seed. The test is one-sided, at the 5% level. A one-sided Poisson test at the same level must also find more than the mean number that two halves of either variant's seeds give.",
    );
    expect(cited).toContain('Fisher, R. A. (1935).');
    // Of five seeds no test is said.
    expect(methodsOf({ ...expected, seeds: judgement.seeds.slice(1) }).text).not.toMatch(/Fisher/);
    expect(methodsOf(expected, {}, ['metrics']).text).not.toMatch(/Fisher/);
    expect(methodsOf({ ...expected, stableFlips: [] }).text).not.toMatch(/Fisher/);
  });

  it("McNemar's test and the bootstrap where pairs of trained models are a table, and nowhere else", () => {
    const pairs = { pairs: [{}] };
    expect(methodsOf({}, pairs).text).not.toMatch(/McNemar/);
    const { cited } = methodsOf({ seeds: judgement.seeds.slice(5) }, pairs);
    expect(cited).toMatch(/Efron, B\. .*McNemar, Q\./);
  });

  it('how a ranking of words and a transplant are checked', () => {
    const figures = { mean: 0.5, least: 0.4, most: 0.6 };
    const pair = {
      ...{ floor: { isAtChance: false }, floorGap: null },
      rankingReliability: { measures: { alignedCosine: figures }, splits: 3, seeds: [4, 4] },
    };
    const controls = Array.from({ length: 9 }, () => ({ kind: 'randomRotation' }));
    const embeddings = { diff: { pairs: [pair] }, transplants: [{ controls }] };
    const { text, cited } = methodsOf({}, { embeddings });
    expect(text).toContain('split-half reliability (Spearman 1910)');
    expect(text).toContain('Words are listed only where it is at least 0.3.');
    expect(text).toContain('95% Wald intervals for paired proportions (Agresti 2013)');
    expect(text).toContain(
      'must beat all 9 random rotations and their mirror images. Chance alone does so in at most 5% of cases.',
    );
    expect(cited).toMatch(/Agresti.*Schönemann.*Spearman/);
    expect(methodsOf({}, { embeddings: { ...embeddings, transplants: [] } }).text).not.toMatch(
      /Wald/,
    );
    expect(methodsOf({}, { embeddings }, ['verdict']).text).not.toMatch(/split-half|Wald/);
  });

  it('the work of the Brier score where it is a secondary measure', () => {
    const { text, cited } = methodsOf({ brier: verdict });
    expect(text).toContain('Brier score (Brier 1950)');
    expect(cited).toContain('Brier, G. W. (1950).');
  });
});
