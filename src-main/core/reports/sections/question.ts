import type { Judgement } from '#contract/experiment.ts';
import * as m from '#messages';

import { bandText } from '../../experiment/verdict-items.ts';
import { count } from '../../wording/number-text.ts';
import type { Item } from '../document.ts';
import { nameOf, type Tell } from './told.ts';

/** What was asked, and what was fixed before the answer. */
export const question: Tell = (told) => {
  const { data, runs, models } = told;
  const { judgement } = data;
  const dataset = data.datasets.map(({ dataset: { name } }) => name).join(', ');
  const sides = judgement?.sides ?? null;
  const [only, another] = runs;
  const asked =
    sides !== null
      ? m.report_question_sides({ first: sides[0].name, second: sides[1].name, dataset })
      : another === undefined
        ? m.report_question_one({ name: only?.name ?? '', dataset })
        : m.report_question_many({ count: runs.length, models: models.length, dataset });
  const variants = new Set(runs.map(({ run }) => run.variant));
  const explained = [
    ...(variants.has('A') ? [m.report_variant_a()] : []),
    ...(variants.has('B') ? [m.report_variant_b()] : []),
  ];
  const facts: (readonly [string, string])[] = [
    [m.common_measure(), m.report_measure({ choice: data.spec.weights })],
    [m.report_fact_runs(), count(runs.length)],
    ...(judgement === null || judgement.seeds.length === 0
      ? []
      : [[m.report_fact_pairs(), count(judgement.seeds.length)] as const]),
    ...(judgement === null ? [] : planFacts(judgement)),
    ...(judgement === null || sides === null
      ? []
      : ([
          [m.report_fact_looks(), count(judgement.verdict.look.planned)],
          [m.report_fact_band(), bandText(judgement.verdict)],
        ] as const)),
  ];
  const absent = data.absent.map(({ runId, name }) =>
    name === null ? m.report_run_gone({ runId }) : m.report_run_in_trash({ name }),
  );
  const labelled = data.datasets
    .filter(({ dataset, hasLabels }) => !dataset.isHere && hasLabels)
    .map(({ dataset: { name } }) => name);
  const isFactorial = judgement !== null && judgement.factorial !== null;
  return [
    { kind: 'paragraph', text: isFactorial ? `${asked} ${m.report_question_factors()}` : asked },
    ...(explained.length === 0 ? [] : [{ kind: 'list', items: explained } satisfies Item]),
    { kind: 'facts', rows: facts },
    ...absent.map((text): Item => ({ kind: 'paragraph', tone: 'concern', text })),
    ...(labelled.length === 0
      ? []
      : [
          {
            kind: 'paragraph',
            tone: 'note',
            text: m.report_texts_away({ names: labelled.join(', ') }),
          } satisfies Item,
        ]),
    ...(runs.length === 1 ? [] : unlikeStates(told)),
  ];
};

/** How many runs were planned, where the report cannot have them all. */
function planFacts({ missing, plannedRuns, isPlanKnown }: Judgement): [string, string][] {
  if (!isPlanKnown) return [[m.report_fact_planned(), m.report_plan_unknown()]];
  const absent = missing.filter(({ isHere }) => !isHere).length;
  if (absent === 0) return [];
  return [
    [
      m.report_fact_planned(),
      m.report_planned_absent({ all: count(plannedRuns), count: count(absent) }),
    ],
  ];
}

/** Runs that have not finished stand out: their figures may still change. */
const unlikeStates = (told: Parameters<Tell>[0]): Item[] => {
  const unfinished = told.runs.filter(({ run }) => run.state !== 'finished');
  if (unfinished.length === 0) return [];
  const names = unfinished
    .slice(0, 10)
    .map(({ run }) => `${nameOf(told, run.runId)} (${run.state})`)
    .join(', ');
  return [
    {
      kind: 'paragraph',
      tone: 'concern',
      text: m.report_unfinished({ count: unfinished.length, names }),
    },
  ];
};
