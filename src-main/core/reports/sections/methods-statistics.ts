import type { Judgement } from '#contract/experiment.ts';
import * as m from '#messages';

import { leastReliability, rankingStanding } from '../../embeddings/ranking/ranking-standing.ts';
import { alpha, pairsForFinding } from '../../experiment/expected-flips.ts';
import { isOpen, levelText, pointsText } from '../../experiment/verdict-items.ts';
import { count } from '../../wording/number-text.ts';
import { levelOfLook, nextLook } from '../../statistics/looks.ts';
import { weightsWord } from '../../wording/value-words.ts';
import type { Item } from '../document.ts';
import type { Cite } from './references.ts';
import type { Told } from './told.ts';

/** The tests that this report shows, and how many of them there are. */
export function statisticsMethods({ data }: Told, cite: Cite): Item[] {
  const { judgement } = data;
  // Else the report's verdict has no table of them.
  const pairs = judgement === null || judgement.seeds.length > 1 ? [] : data.pairs;
  const compared = judgement === null ? null : comparedOver(judgement);
  const tests = [
    ...(judgement !== null && compared !== null ? overSeeds(judgement, compared, cite) : []),
    ...(judgement === null ? [] : forecast(judgement)),
    ...(judgement === null ? [] : factors(judgement, cite)),
    ...(judgement === null ? [] : stableDisagreements(data, judgement, cite)),
    ...(pairs.length > 0
      ? [m.report_methods_pairs({ mcnemar: cite('mcnemar'), bootstrap: cite('bootstrap') })]
      : []),
  ];
  const several = [
    ...(judgement !== null && compared !== null ? comparisons(judgement, cite) : []),
    ...(pairs.length > 1
      ? [m.report_methods_pairs_unadjusted({ count: count(pairs.length) })]
      : []),
  ];
  const tables = ofTables(data, cite);
  const paragraphs = [
    tests.length === 0 && tables.length === 0 ? [m.report_methods_no_test()] : tests,
    several,
    tables,
  ];
  return paragraphs.flatMap((sentences): Item[] =>
    sentences.length === 0 ? [] : [{ kind: 'paragraph', text: sentences.join(' ') }],
  );
}

/** The names of two sides that several seeds speak for; null where no seeds do. */
function comparedOver({ sides, seeds, strata }: Judgement): readonly [string, string] | null {
  if (sides !== null) return seeds.length > 1 ? [sides[0].name, sides[1].name] : null;
  return strata?.find(({ verdict }) => verdict.seeds > 1)?.sides ?? null;
}

function overSeeds(
  { verdict: whole, strata }: Judgement,
  [first, second]: readonly [string, string],
  cite: Cite,
): string[] {
  // Under several settings each has its verdict, by the same tests.
  const { margin, look, attainedError, coverage, twoWay } =
    strata?.find(({ verdict }) => verdict.seeds > 1)?.verdict ?? whole;
  const level = levelText(coverage ?? 0.95);
  const error = levelText(1 - (coverage ?? 0.95));
  return [
    m.report_methods_paired({ first, second, student: cite('student'), error }),
    ...(margin > 0
      ? [
          m.report_methods_equivalence({
            margin: pointsText(margin),
            level: error,
            equivalence: cite('equivalence'),
          }),
        ]
      : []),
    ...(twoWay === null ? [] : [m.report_methods_two_way({ level, twoWay: cite('twoWay') })]),
    ...(look.planned > 1
      ? [m.report_methods_interim({ count: look.planned, interim: cite('interim') })]
      : []),
    ...(attainedError === null || coverage === null
      ? []
      : [
          m.report_methods_added({
            error: Math.round(attainedError * 100),
            level,
            alpha: String(Number((1 - coverage).toPrecision(2))),
          }),
        ]),
  ];
}

/** The test of stable disagreements, where the report prints its result. */
function stableDisagreements(
  { spec }: Told['data'],
  { sides, seeds, stableFlips, expectedStableFlips }: Judgement,
  cite: Cite,
): string[] {
  const isPrinted = spec.blocks.some(({ kind }) => kind === 'verdict' || kind === 'flips');
  if (!isPrinted || sides === null || expectedStableFlips === null) return [];
  if (stableFlips.length === 0 || seeds.length < pairsForFinding) return [];
  return [m.report_methods_flips({ permutation: cite('permutation'), level: levelText(alpha) })];
}

/** What the comparison of embedding tables rests on: how far seeds repeat the ranking of words, and the transplants. */
function ofTables({ spec, embeddings }: Told['data'], cite: Cite): string[] {
  if (embeddings === null || !spec.blocks.some(({ kind }) => kind === 'vocabulary')) return [];
  const isRanked = embeddings.diff.pairs.some((pair) => {
    const standing = rankingStanding(pair, 'alignedCosine');
    return 'reliability' in standing && standing.reliability !== null;
  });
  const rotations = embeddings.transplants.flatMap(({ controls }) =>
    controls === null ? [] : [controls.filter(({ kind }) => kind === 'randomRotation').length],
  );
  return [
    ...(isRanked
      ? [
          m.report_methods_ranking({
            splitHalf: cite('splitHalf'),
            rankCorrelation: cite('rankCorrelation'),
            least: leastReliability,
          }),
        ]
      : []),
    ...(rotations.length === 0
      ? []
      : [
          m.report_methods_transplant({
            procrustes: cite('procrustes'),
            pairedProportions: cite('pairedProportions'),
            count: Math.min(...rotations),
            level: String(Number((50 / (Math.min(...rotations) + 1)).toPrecision(2))),
          }),
        ]),
  ];
}

/** How the number of further pairs was found, where the report names one. */
function forecast({ verdict, morePairs, morePairsRisk, pairs }: Judgement): string[] {
  if (typeof morePairs !== 'number' || !isOpen(verdict) || pairs.pending > 0) return [];
  return [
    m.report_methods_forecast({ margin: pointsText(verdict.margin) }),
    ...(morePairsRisk === null
      ? []
      : [
          m.report_methods_forecast_risk({
            error: Math.round(morePairsRisk * 100),
            alpha: String(Number(levelOfLook(nextLook(verdict.look)).toPrecision(2))),
          }),
        ]),
  ];
}

function factors({ factorial }: Judgement, cite: Cite): string[] {
  // Below two complete seeds the effects have no test.
  if (factorial === null || factorial.blocks < 2) return [];
  return [
    m.report_methods_factors({
      count: factorial.terms.length,
      student: cite('student'),
      contrasts: cite('contrasts'),
      holm: cite('holm'),
    }),
  ];
}

/** What was adjusted for the number of comparisons, and what was not. */
function comparisons(judgement: Judgement, cite: Cite): string[] {
  const { strata, comparisons: all, loss, brier, beside } = judgement;
  const secondary = [
    ...(loss === null ? [] : [m.fields_unit_loss()]),
    ...(brier === null ? [] : [m.report_methods_brier({ brier: cite('brier') })]),
    ...(beside === null
      ? []
      : [
          m.report_methods_beside({
            weights: m.experiments_weights({ choice: weightsWord(beside.weights) }),
          }),
        ]),
  ];
  return [
    m.report_methods_primary({
      weights: m.experiments_weights({ choice: weightsWord(judgement.weights) }),
    }),
    ...(secondary.length === 0
      ? []
      : [m.report_methods_secondary({ measures: secondary.join(', ') })]),
    ...(strata !== null && strata.length > 1
      ? [m.report_methods_strata({ count: count(strata.length), holm: cite('holm') })]
      : all > 1
        ? [m.report_methods_comparisons({ count: count(all) })]
        : [m.report_methods_one_comparison()]),
  ];
}
