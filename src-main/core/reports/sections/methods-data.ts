import * as m from '#messages';

import { fieldValue } from '../../config/field-words.ts';
import { count, percent } from '../../wording/number-text.ts';
import type { ReadPart } from '../../text/reading.ts';
import type { ReportDataset } from '../data.ts';
import type { Item, Table } from '../document.ts';
import type { Cite } from './references.ts';
import { figureCell, figureText, type Told } from './told.ts';

type Readings = ReportDataset['readings'];

/** Each dataset: which it is, which reviews the runs used, and how much of them they read. */
export const dataMethods = (told: Told, cite: Cite): Item[] =>
  told.data.datasets.flatMap(({ dataset, readings }, index): Item[] => {
    const { name, contentHash, splits } = dataset;
    const [reading, ...others] = readings;
    const identity = m.report_methods_dataset({
      name,
      hash: contentHash,
      train: count(splits.train.count),
      test: count(splits.test.count),
    });
    return [
      { kind: 'subheading', text: m.report_methods_data({ name }) },
      {
        kind: 'paragraph',
        text: isImdb(name, splits)
          ? `${identity} ${m.report_methods_imdb({ imdb: cite('imdb') })}`
          : identity,
      },
      {
        kind: 'paragraph',
        text: [...using(readings, splits), ...encoding(told, readings)].join(' '),
      },
      ...(reading === undefined
        ? []
        : others.length === 0
          ? [{ kind: 'paragraph', text: readOnce(reading).join(' ') } satisfies Item]
          : [readingTable(told, readings, index)]),
      ...(dataset.isHere
        ? []
        : [{ kind: 'paragraph', text: m.report_methods_reviews_away() } satisfies Item]),
    ];
  });

/** The Large Movie Review Dataset, by its name and its size. */
const isImdb = (name: string, { train, test }: ReportDataset['dataset']['splits']): boolean =>
  /^(acl)?imdb\b/i.test(name) && train.count === 25_000 && test.count === 25_000;

/** How reviews are chosen, whatever the sizes are. */
function using(readings: Readings, { train, test }: ReportDataset['dataset']['splits']): string[] {
  const largest = Math.max(train.count, test.count);
  const limits = new Set(
    readings.flatMap(({ limit }) => (limit !== 'none' && limit < largest ? [limit] : [])),
  );
  const kinds = new Set(
    readings.map(({ validation }) => (typeof validation === 'number' ? 'share' : validation)),
  );
  return [
    ...[...limits].map((limit) => m.report_methods_limit({ limit: count(limit) })),
    ...(kinds.has('share') ? [m.report_methods_hold_out()] : []),
    ...(kinds.has('own') ? [m.report_methods_own_validation()] : []),
    ...(kinds.has('test') ? [m.report_methods_test_validation()] : []),
    ...[...new Set(readings.map(({ subset, seed }) => (subset === 'seed' ? seed : null)))].map(
      (seed) =>
        seed === null
          ? m.report_methods_same_reviews()
          : m.report_methods_own_reviews({ seed: String(seed) }),
    ),
  ];
}

function encoding({ models }: Told, readings: Readings): string[] {
  const used = new Set(readings.flatMap(({ runIds }) => runIds));
  const sides = new Set(
    models.flatMap(({ group: { runs, config } }) =>
      runs.some(({ runId }) => used.has(runId))
        ? [JSON.stringify([config.truncating, config.padding])]
        : [],
    ),
  );
  return [
    m.report_methods_words(),
    ...[...sides].map((key) => {
      const [truncating = 'pre', padding = 'pre'] = JSON.parse(key) as string[];
      return m.report_methods_sides({
        truncating: fieldValue('truncating', truncating),
        padding: fieldValue('padding', padding),
      });
    }),
  ];
}

function readOnce({ parts, maxLength, numWords }: Readings[number]): string[] {
  const { train, validation, test } = parts;
  const sizes = { train: split(train), test: split(test) };
  const readOf = (of: ReadPart['read']) => ({
    whole: percent(of?.percentWhole ?? 0),
    read: percent(of?.percentRead ?? 0),
    unknown: percent(of?.percentUnknown ?? 0),
  });
  return [
    validation === null
      ? m.report_methods_sizes_test(sizes)
      : m.report_methods_sizes({ ...sizes, validation: split(validation) }),
    m.report_methods_length({ length: count(maxLength), words: count(numWords) }),
    ...(train.read === null ? [] : [m.report_methods_read_train(readOf(train.read))]),
    ...(test.read === null ? [] : [m.report_methods_read_test(readOf(test.read))]),
  ];
}

const split = (part: ReadPart): string =>
  m.report_split({ count: count(part.count), positive: count(part.positive) });

/** Where runs read unlike each other, a line for each way; figures are those of the training reviews. */
function readingTable({ models }: Told, readings: Readings, index: number): Table {
  const share = (value: number) => percent(value);
  return {
    kind: 'table',
    id: `reading-${index + 1}`,
    caption: m.report_methods_caption_read(),
    columns: [
      { title: m.report_column_model(), isNumber: false },
      ...[
        m.fields_max_length(),
        m.fields_num_words(),
        m.report_fact_train(),
        m.common_validation(),
        m.common_test(),
        m.report_methods_column_whole(),
        m.report_methods_column_read(),
        m.common_unknown_words(),
      ].map((title) => ({ title, isNumber: true })),
    ],
    rows: readings.map(({ runIds, maxLength, numWords, parts: { train, validation, test } }) => {
      const names = models.flatMap(({ name, group }) =>
        group.runs.some(({ runId }) => runIds.includes(runId)) ? [name] : [],
      );
      return {
        cells: [
          { text: names.slice(0, 6).join(', ') },
          figureCell(maxLength, count),
          figureCell(numWords, count),
          figureCell(train.count, count),
          {
            text: validation === null ? m.common_test() : figureText(validation.count, count),
            value: validation?.count ?? null,
          },
          figureCell(test.count, count),
          figureCell(train.read?.percentWhole, share),
          figureCell(train.read?.percentRead, share),
          figureCell(train.read?.percentUnknown, share),
        ],
      };
    }),
    notes: [m.report_methods_note_read()],
  };
}
