import type { Judgement } from '#contract/experiment.ts';
import * as m from '#messages';

import { isOpen, levelText, pointsText } from '../../experiment/verdict-words.ts';
import { count } from '../../number-text.ts';
import { levelOfLook, nextLook } from '../../statistics/looks.ts';
import { weightsWord } from '../../words.ts';
import type { Item } from '../document.ts';
import type { Cite } from './references.ts';
import type { Told } from './told.ts';

/** The tests that this report shows, and how many of them there are. */
export function statisticsMethods({ data }: Told, cite: Cite): Item[] {
  const { judgement, pairs } = data;
  const compared = judgement === null ? null : comparedOver(judgement);
  const tests = [
    ...(judgement !== null && compared !== null ? overSeeds(judgement, compared, cite) : []),
    ...(judgement === null ? [] : forecast(judgement)),
    ...(judgement === null ? [] : factors(judgement, cite)),
    ...(compared === null && pairs.length > 0
      ? [m.report_methods_pairs({ mcnemar: cite('mcnemar'), bootstrap: cite('bootstrap') })]
      : []),
  ];
  const several = [
    ...(judgement !== null && compared !== null ? comparisons(judgement, cite) : []),
    ...(compared === null && pairs.length > 1
      ? [m.report_methods_pairs_unadjusted({ count: count(pairs.length) })]
      : []),
  ];
  const paragraphs = [tests.length === 0 ? [m.report_methods_no_test()] : tests, several];
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
  { verdict: { margin, look, attainedError, coverage }, twoWay }: Judgement,
  [first, second]: readonly [string, string],
  cite: Cite,
): string[] {
  return [
    m.report_methods_paired({ first, second, student: cite('student') }),
    ...(margin > 0
      ? [
          m.report_methods_equivalence({
            margin: pointsText(margin),
            level: levelText(1 - (coverage ?? 0.95)),
            equivalence: cite('equivalence'),
          }),
        ]
      : []),
    ...(twoWay === null ? [] : [m.report_methods_two_way({ twoWay: cite('twoWay') })]),
    ...(look.planned > 1
      ? [m.report_methods_interim({ count: look.planned, interim: cite('interim') })]
      : []),
    ...(attainedError === null || coverage === null
      ? []
      : [
          m.report_methods_added({
            error: Math.round(attainedError * 100),
            level: levelText(coverage),
            alpha: String(Number((1 - coverage).toPrecision(2))),
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
    ...(loss === null ? [] : [m.report_methods_of_loss()]),
    ...(brier === null ? [] : [m.report_methods_brier()]),
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
