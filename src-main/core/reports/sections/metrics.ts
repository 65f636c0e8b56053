import type { Baseline } from '#contract/baseline.ts';
import type { Comparison } from '#contract/comparison.ts';
import * as m from '#messages';

import { formats } from '../../metrics/format.ts';
import { figureOf, metricsIn, shortLabel } from '../../metrics/run-figures.ts';
import { headline, type RunMetric } from '../../metrics/table.ts';
import { accuracy, count, fixed } from '../../wording/number-text.ts';
import { signedPoints } from '../../experiment/verdict-items.ts';
import { meanOf } from '../../statistics/mean.ts';
import type { ReportBaseline, ReportData } from '../data.ts';
import type { Cell, Column, Item, Row, Table } from '../document.ts';
import { figureCell, runCell, type Tell, type Told } from './told.ts';

type Metrics = Comparison['metrics'][number];
type Measure = Readonly<{
  title: string;
  goal?: 'higher' | 'lower';
  value: (of: Metrics, told: Told) => number | null | undefined;
  write: (value: number) => string;
}>;

const measuresOf = (metrics: readonly RunMetric[]): readonly Measure[] =>
  metrics.map((metric) => ({
    title: shortLabel(metric),
    ...(metric.goal === 'none' ? {} : { goal: metric.goal }),
    value: (of) => figureOf(metric, of),
    write: formats[metric.format].writeCell,
  }));

/** Means over seeds where there are several, then every run: what it gets on the test split, and what it got before. */
export const metrics: Tell = (told) => {
  const { weights } = told.data.spec;
  const tested = testMeasures(weights);
  const trained = trainMeasures();
  const byRun = new Map(told.data.metrics.map((of) => [of.runId, of]));
  const isTestChosen = told.runs.some(({ run }) => run.config.validation === 'test');
  const test: Table = {
    kind: 'table',
    id: 'metrics',
    caption: m.report_caption_metrics({ choice: weights }),
    columns: [...runColumns(), ...tested.map(columnOf)],
    rows: [...runRows(told, tested, byRun), ...baselineRows(told, tested)],
    notes: [
      ...baselineNotes(told.data),
      m.report_note_measures(),
      ...(isTestChosen ? [m.experiments_verdict_test_chose()] : []),
    ],
  };
  const train: Table = {
    kind: 'table',
    id: 'train-metrics',
    caption: m.report_caption_train({ choice: weights }),
    columns: [...runColumns(), ...trained.map(columnOf)],
    rows: runRows(told, trained, byRun),
    notes: [m.report_note_train()],
  };
  return [...besideBaselines(told), ...meansOf(told, [...tested, ...trained], byRun), test, train];
};

/** The model with the highest mean beside each bag of words in a sentence, then all of them. */
function besideBaselines({ data, models }: Told): Item[] {
  const nameOf = (runIds: readonly string[]): string =>
    models.find(({ group }) => group.runs.some(({ runId }) => runIds.includes(runId)))?.name ?? '';
  const rows = data.baselines.flatMap((of) =>
    of.differences
      .toSorted((a, b) => b.difference - a.difference)
      .map((difference, place) => ({ of, difference, place, name: nameOf(difference.runIds) })),
  );
  if (rows.length === 0) return [];
  const sentences = rows.flatMap(({ of: { baseline, differences }, difference, place, name }) =>
    place > 0
      ? []
      : [
          m.report_beside_baseline({
            relation: relationOf(difference),
            reading: baseline.reading,
            name: differences.length > 1 ? m.report_highest({ name }) : name,
            difference: signedPoints(difference.difference),
            interval: intervalText(difference),
          }),
        ],
  );
  return [
    { kind: 'paragraph', text: sentences.join(' ') },
    {
      kind: 'table',
      id: 'baselines',
      caption: m.report_caption_baselines(),
      columns: [
        { title: m.report_column_model(), isNumber: false },
        { title: m.common_seeds_title(), isNumber: true },
        { title: m.report_column_baseline(), isNumber: false },
        { title: m.common_difference(), isNumber: true },
        { title: m.report_column_interval(), isNumber: true },
        { title: m.report_column_interval_for(), isNumber: false },
      ],
      rows: rows.map(({ of, difference, name }) => ({
        cells: [
          { text: name },
          figureCell(difference.seeds, count),
          { text: baselineName(of, data) },
          { text: signedPoints(difference.difference), value: difference.difference },
          { text: intervalText(difference) },
          {
            text:
              difference.interval === null
                ? '–'
                : m.report_interval_for({ of: difference.generalises }),
          },
        ],
      })),
      notes: [],
    },
  ];
}

type Difference = ReportBaseline['differences'][number];

function relationOf({ interval }: Difference): 'above' | 'below' | 'open' {
  const [low, high] = interval ?? [0, 0];
  return low > 0 ? 'above' : high < 0 ? 'below' : 'open';
}

const intervalText = ({ interval }: Difference): string =>
  interval === null
    ? '–'
    : m.compare_grid_range({ low: signedPoints(interval[0]), high: signedPoints(interval[1]) });

/** The weights that the table is not about stand beside, as accuracy alone. */
function testMeasures(weights: 'best' | 'last'): readonly Measure[] {
  const other = weights === 'best' ? 'last' : 'best';
  return [
    ...measuresOf(metricsIn('report')),
    {
      title: m.report_column_accuracy_with({ choice: other }),
      goal: 'higher',
      value: ({ runId }, { byId }) => byId.get(runId)?.run[other]?.[headline.accuracy],
      write: accuracy,
    },
  ];
}

const trainMeasures = (): readonly Measure[] => [
  ...measuresOf(metricsIn('training')),
  {
    title: m.common_epochs(),
    value: ({ runId }, { byId }) => byId.get(runId)?.run.epochs.length,
    write: count,
  },
];

const runColumns = (): Column[] => [
  { title: m.report_column_run(), isNumber: false },
  { title: m.fields_seed(), isNumber: true },
  { title: m.metrics_epoch(), isNumber: true },
];

const columnOf = ({ title, goal }: Measure): Column => ({
  title,
  isNumber: true,
  ...(goal === undefined ? {} : { goal }),
});

const runRows = (
  told: Told,
  measures: readonly Measure[],
  byRun: ReadonlyMap<string, Metrics>,
): Row[] =>
  told.runs.flatMap((of): Row[] => {
    const measured = byRun.get(of.run.runId);
    if (measured === undefined) return [];
    return [
      {
        runId: of.run.runId,
        cells: [
          runCell(of),
          figureCell(of.run.config.seed, String),
          figureCell(measured.epoch, count),
          ...measures.map(({ value, write }) => figureCell(value(measured, told), write)),
        ],
      },
    ];
  });

/** Mean and standard deviation of every model with two seeds or more: a model a column, a measure a line. */
function meansOf(
  told: Told,
  measures: readonly Measure[],
  byRun: ReadonlyMap<string, Metrics>,
): Item[] {
  const copies = new Set(told.data.comparable.identical.map(({ run }) => run.runId));
  const several = told.models
    .map(({ name, group: { runs } }) => ({
      name,
      runs: runs.filter((run) => !copies.has(run.runId)),
    }))
    .filter(({ runs }) => runs.length > 1);
  const scored = measures.filter(({ write }) => write !== count);
  if (several.length === 0) return [];
  const cellOf = ({ runs }: (typeof several)[number], { value, write }: Measure): Cell => {
    const values = runs.flatMap(({ runId }) => {
      const of = byRun.get(runId);
      const figure = of === undefined ? null : value(of, told);
      return typeof figure === 'number' && Number.isFinite(figure) ? [figure] : [];
    });
    if (values.length < runs.length) return { text: '–', value: null };
    const { mean, standardDeviation } = meanOf(values);
    return { text: spreadText(mean, standardDeviation, write), value: mean };
  };
  const titleOf = ({ name, runs }: (typeof several)[number]): string =>
    m.report_model_runs({ name, count: runs.length });
  const table = {
    kind: 'table',
    id: 'means',
    caption: m.report_caption_means(),
    notes: [],
  } as const;
  if (several.length > mostColumns) {
    // Of many models the first few measures, a model a line.
    const shown = scored.slice(0, 5);
    return [
      {
        ...table,
        columns: [{ title: m.report_column_model(), isNumber: false }, ...shown.map(columnOf)],
        rows: several.map((model) => ({
          cells: [{ text: titleOf(model) }, ...shown.map((measure) => cellOf(model, measure))],
        })),
      },
    ];
  }
  return [
    {
      ...table,
      columns: [
        { title: m.common_measure(), isNumber: false },
        ...several.map((model) => ({ title: titleOf(model), isNumber: true })),
      ],
      rows: scored.map((measure) => ({
        cells: [{ text: goalText(measure) }, ...several.map((model) => cellOf(model, measure))],
      })),
    },
  ];
}

const goalText = ({ title, goal }: Measure): string =>
  goal === undefined ? title : `${title} ${goal === 'higher' ? '↑' : '↓'}`;
const mostColumns = 4;

/** "86.56 ± 0.21 %": the spread has the digits and the unit of the mean. */
function spreadText(mean: number, spread: number, write: (value: number) => string): string {
  const text = write(mean);
  const isPercent = text.endsWith(' %');
  const digits = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
  const by = fixed(isPercent ? spread * 100 : spread, digits);
  return isPercent ? `${text.slice(0, -2)} ± ${by} %` : `${text} ± ${by}`;
}

function baselineName(
  { runIds, baseline: { reading } }: ReportBaseline,
  { baselines }: ReportData,
) {
  const ofReading = baselines.filter(({ baseline }) => baseline.reading === reading);
  return ofReading.length === 1
    ? m.report_baseline({ reading })
    : m.report_baseline_for({ reading, count: runIds.length });
}

const intervalOf = ({ accuracyInterval: [low, high] }: Baseline) => ({
  low: fixed(low * 100, 2),
  high: fixed(high * 100, 2),
});

function baselineNotes(data: ReportData): string[] {
  if (data.baselines.length === 0) return [];
  return [
    m.report_note_baseline(),
    ...data.baselines.map((of) =>
      m.report_note_baseline_interval({
        name: baselineName(of, data),
        ...intervalOf(of.baseline),
        c: of.baseline.c,
        frequency: of.baseline.isSublinear ? 'sublinear' : 'plain',
      }),
    ),
  ];
}

function baselineRows({ data }: Told, measures: readonly Measure[]): Row[] {
  const nobody: Told = { data, runs: [], byId: new Map(), models: [] };
  return data.baselines.map((of, index): Row => {
    const { baseline } = of;
    const as: Metrics = {
      ...baseline,
      runId: '',
      weights: data.spec.weights,
      epoch: null,
      secondsPerEpoch: null,
      // A weight a word, and the bias.
      parameters: baseline.words + 1,
      calibration: null,
      reason: null,
    };
    return {
      isApart: index === 0,
      cells: [
        { text: baselineName(of, data) },
        { text: '', value: null },
        { text: '', value: null },
        ...measures.map(({ value, write }) => figureCell(value(as, nobody), write)),
      ],
    };
  });
}
