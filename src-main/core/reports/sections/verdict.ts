import type { Judgement, Verdict } from '#contract/experiment.ts';
import * as m from '#messages';

import { variantColour } from '../../charts/style-of-run.ts';
import type { IntervalRow } from '../../charts/strip.ts';
import { decidingInference, otherInference } from '../../experiment/deciding.ts';
import { factorialWords } from '../../experiment/factorial-words.ts';
import { strataWords, verdictLines, type WordTable } from '../../experiment/verdict-items.ts';
import { accuracy, count, loss, pValue, signed } from '../../wording/number-text.ts';
import { settingNames } from '../../config/run-name.ts';
import type { Cell, Item, Table } from '../document.ts';
import { intervalFigure } from '../figures/interval-strip.ts';
import { bySentence, figureCell, nameOf, namesOf, type Tell, type Told } from './told.ts';

/** What speaks against the comparison, then what may be concluded and from what. */
export const verdict: Tell = (told) => {
  const { judgement } = told.data;
  if (judgement === null)
    return [...concerns(told), { kind: 'paragraph', text: m.experiments_one_run() }];
  const [sentence = '', ...evidence] = verdictLines(judgement);
  return [
    ...concerns(told),
    { kind: 'paragraph', tone: 'verdict', text: sentence },
    ...(evidence.length === 0 ? [] : [{ kind: 'list', items: evidence } satisfies Item]),
    ...asides(told),
    ...overSeeds(told, judgement),
    ...strata(judgement),
    ...factors(told, judgement),
    ...(judgement.seeds.length > 1 ? [] : pairs(told)),
  ];
};

/** What speaks against the comparison, once for all runs of which the same is said. */
function concerns(told: Told): Item[] {
  const said = told.data.concerns.flatMap(({ runIds, reasons }) =>
    reasons.flatMap(({ sentence }) => runIds.map((runId) => ({ runId, sentence }))),
  );
  return bySentence(told, said).map(({ names, sentence }): Item => ({
    kind: 'paragraph',
    tone: 'concern',
    text: `${names}: ${sentence}`,
  }));
}

/** Which of the report's runs have no part in the verdict, and why. */
function asides(told: Told): Item[] {
  const { comparable, judgement } = told.data;
  const note = (text: string): Item => ({ kind: 'paragraph', tone: 'note', text });
  const { identical, leftOut } = comparable;
  return [
    ...(identical.length === 0
      ? []
      : [
          note(
            m.report_identical({
              count: identical.length,
              names: namesOf(
                identical.map(({ run, kept }) =>
                  m.report_identical_to({
                    name: nameOf(told, run.runId),
                    kept: nameOf(told, kept.runId),
                  }),
                ),
              ),
            }),
          ),
        ]),
    ...(leftOut.length === 0 || judgement === null
      ? []
      : [
          note(
            m.report_left_out({
              count: leftOut.length,
              names: namesOf(leftOut.map(({ runId }) => nameOf(told, runId))),
            }),
          ),
        ]),
  ];
}

/** The interval over seeds, then each seed; the same as a table. */
function overSeeds(told: Told, judgement: Judgement): Item[] {
  const { sides, seeds, verdict: of } = judgement;
  if (sides === null || seeds.length === 0) return [];
  const [first, second] = sides;
  const dot = { isStrong: false, difference: 0, interval: null, absent: '' };
  const all = intervalRows(of);
  const rows: IntervalRow[] =
    seeds.length > 12
      ? [
          ...all,
          { ...dot, label: m.report_each_seed(), dots: seeds.map((pair) => pair.difference * 100) },
        ]
      : [
          ...all,
          ...seeds.map((pair) => ({
            ...dot,
            label: m.report_seed({ seed: pair.seed }),
            dots: [pair.difference * 100],
          })),
        ];
  return [
    stripItem(
      'interval',
      all.length === 0
        ? m.report_caption_seed_dots({ first: first.name, second: second.name })
        : m.report_caption_interval({
            first: first.name,
            second: second.name,
            level: String(Number(((of.coverage ?? 0) * 100).toFixed(2))),
          }),
      rows,
      of.margin,
      [first.name, second.name],
      hues(told, judgement),
    ),
    {
      kind: 'table',
      id: 'seeds',
      caption: m.report_caption_seeds({ choice: judgement.weights }),
      columns: [
        { title: m.fields_seed(), isNumber: true },
        { title: m.report_column_accuracy_of({ name: first.name }), isNumber: true },
        { title: m.report_column_accuracy_of({ name: second.name }), isNumber: true },
        { title: m.common_difference(), isNumber: true },
        { title: m.report_column_loss_of({ name: first.name }), isNumber: true },
        { title: m.report_column_loss_of({ name: second.name }), isNumber: true },
      ],
      rows: seeds.map((pair) => ({
        cells: [
          { text: String(pair.seed), value: pair.seed },
          figureCell(pair.accuracies[0], accuracy),
          figureCell(pair.accuracies[1], accuracy),
          figureCell(pair.difference, (value) => signed(value * 100, 2)),
          figureCell(pair.losses[0], loss),
          figureCell(pair.losses[1], loss),
        ],
      })),
      notes: [],
    },
  ];
}

/** The interval that decides, in bold, then the other one. */
function intervalRows(of: Verdict): IntervalRow[] {
  const { difference, generalises } = of;
  if (difference === null) return [];
  const row = (
    inference: ReturnType<typeof decidingInference>,
    isStrong: boolean,
  ): IntervalRow[] =>
    inference === null
      ? []
      : [
          {
            label:
              isStrong === (generalises === 'seeds')
                ? m.report_all_seeds()
                : m.report_all_seeds_two_way(),
            isStrong,
            difference: difference * 100,
            interval: inPoints(inference.interval95),
            absent: '',
          },
        ];
  return [...row(decidingInference(of), true), ...row(otherInference(of), false)];
}

function strata({ strata: judged, verdict: { margin } }: Judgement): Item[] {
  if (judged === null || judged.length === 0) return [];
  const rows = judged.map(({ name, verdict: of }): IntervalRow => ({
    label: name,
    isStrong: true,
    difference: (of.difference ?? 0) * 100,
    interval: deciding(of),
    absent: of.sentence,
  }));
  const names: [string, string] = judged[0]?.sides ?? ['', ''];
  return [
    wordTable('strata', m.report_caption_strata(), strataWords(judged)),
    stripItem(
      'strata-intervals',
      m.report_caption_intervals({ first: names[0], second: names[1] }),
      rows,
      margin,
      names,
      ['text2', 'text2'],
    ),
  ];
}

function factors({ data }: Told, { factorial, verdict: of }: Judgement): Item[] {
  if (factorial === null) return [];
  const [beside] = data.comparable.grid;
  const [compared] = data.comparable.compared;
  const words = factorialWords(factorial);
  // Of a grid beside what the verdict is about it is said under which settings it was trained.
  const notes =
    beside === undefined || compared === undefined
      ? words.notes
      : [
          m.report_factors_beside({
            count: data.comparable.grid.length,
            settings: settingNames([compared.config, beside.config])[1] ?? '',
          }),
          ...words.notes,
        ];
  const caption =
    factorial.blocks < 2 ? m.report_caption_factor_means() : m.report_caption_factor_intervals();
  const rows = factorial.terms.map(({ name, effect, interval }): IntervalRow => ({
    label: name,
    isStrong: false,
    difference: effect * 100,
    ...(interval === null ? { interval, dots: [effect * 100] } : { interval: inPoints(interval) }),
    absent: '',
  }));
  return [
    wordTable('factors', m.report_caption_factors(), { ...words, notes }),
    {
      kind: 'figure',
      id: 'factor-intervals',
      caption,
      figure: intervalFigure(
        rows,
        of.margin * 100,
        {
          label: caption,
          left: m.report_lower_accuracy(),
          right: m.report_higher_accuracy(),
          band: m.report_band({ margin: (of.margin * 100).toFixed(2) }),
        },
        { left: 'text2', right: 'text2' },
      ),
    },
  ];
}

/** Of trained models, where no seeds speak for the variants. */
function pairs(told: Told): Item[] {
  const { pairs: compared } = told.data;
  if (compared.length === 0) return [];
  return [
    {
      kind: 'table',
      id: 'pairs',
      caption: m.report_caption_pairs(),
      columns: [
        { title: capital(m.cli_column_first()), isNumber: false },
        { title: capital(m.cli_column_second()), isNumber: false },
        { title: capital(m.fields_unit_reviews()), isNumber: true },
        { title: capital(m.cli_column_only_first()), isNumber: true },
        { title: capital(m.cli_column_only_second()), isNumber: true },
        { title: capital(m.cli_column_difference()), isNumber: true },
        { title: capital(m.common_95_interval()), isNumber: true },
        { title: capital(m.cli_column_mcnemar()), isNumber: true },
      ],
      rows: compared.map(({ runIds: [first, second], paired }) => {
        const names: Cell[] = [{ text: nameOf(told, first) }, { text: nameOf(told, second) }];
        if (paired === null)
          return {
            cells: [...names, ...Array.from({ length: 6 }, () => ({ text: '–', value: null }))],
          };
        const interval = paired.interval === null ? null : inPoints(paired.interval);
        const none: Cell = { text: '–', value: null };
        return {
          cells: [
            ...names,
            figureCell(paired.rows, count),
            figureCell(paired.onlyFirstRight, count),
            figureCell(paired.onlySecondRight, count),
            figureCell(paired.difference, (value) => signed(value * 100, 2)),
            interval === null
              ? none
              : {
                  text: m.compare_grid_range({
                    low: signed(interval[0], 2),
                    high: signed(interval[1], 2),
                  }),
                  value: interval[0],
                },
            paired.mcnemarP === null ? none : figureCell(paired.mcnemarP, pValue),
          ],
        };
      }),
      notes: [
        m.cli_pairs_note(),
        ...compared.flatMap(({ runIds: [first, second], paired, reason: ofPair }) => {
          const reason = ofPair ?? paired?.reason ?? null;
          const names = { first: nameOf(told, first), second: nameOf(told, second) };
          return reason === null ? [] : [m.cli_pair_not_paired({ ...names, reason })];
        }),
      ],
    },
  ];
}

function stripItem(
  id: string,
  caption: string,
  rows: readonly IntervalRow[],
  margin: number,
  names: readonly [string, string],
  [left, right]: readonly [string, string],
): Item {
  const label = rows
    .map(({ label: name, difference, interval }) =>
      interval === null
        ? name
        : `${name}: ${signed(difference, 2)} (${signed(interval[0], 2)} … ${signed(interval[1], 2)})`,
    )
    .join('; ');
  const words = {
    label: `${caption} ${label}`,
    left: m.report_better({ name: names[0] }),
    right: m.report_better({ name: names[1] }),
    band: m.report_band({ margin: (margin * 100).toFixed(2) }),
  };
  return {
    kind: 'figure',
    id,
    caption,
    figure: intervalFigure(rows, margin * 100, words, { left, right }),
  };
}

/** Each side has the hue of its runs. */
function hues(told: Told, { sides }: Judgement): [string, string] {
  const hue = (side: 0 | 1): string => {
    const run = told.byId.get(sides?.[side].runIds[0] ?? '')?.run;
    return run === undefined ? 'text2' : variantColour(run.variant, run.config.embedding);
  };
  return [hue(0), hue(1)];
}

const wordTable = (id: string, caption: string, { header, rows, notes }: WordTable): Table => ({
  kind: 'table',
  id,
  caption,
  columns: header.map((title, index) => ({
    title: capital(title).replace(' - ', ' − '),
    isNumber: index > 0 && index < header.length - (id === 'strata' ? 1 : 0),
  })),
  rows: rows.map((cells) => ({
    cells: cells.map((text) => ({ text: text.replace(' .. ', m.report_to()) })),
  })),
  notes,
});

/** A terminal's headings are in small letters; p is a symbol. */
const capital = (text: string): string =>
  /^p\b/.test(text) ? text : text.slice(0, 1).toUpperCase() + text.slice(1);

function deciding(of: Verdict): [number, number] | null {
  const inference = decidingInference(of);
  return inference === null ? null : inPoints(inference.interval95);
}

const inPoints = ([low, high]: readonly [number, number]): [number, number] => [
  low * 100,
  high * 100,
];
