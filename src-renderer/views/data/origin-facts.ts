import type { ImportRequest, LabelMeaning, Origin, Reading } from '#contract/dataset.ts';
import * as m from '#messages';

import { fileNameOf, folderOf } from '../../parts/files/file-name.ts';
import { howRead } from './format-names.ts';

type Fact = Readonly<{ name: string; value: string }>;

/** From which file a dataset was imported and how it was read, as far as that is known. */
export function originFacts({ request, reading }: Origin): Fact[] {
  return [
    ...(request === null ? [] : sourceFacts(request)),
    ...(reading === null ? [] : readingFacts(reading, request)),
    ...(request === null ? [] : choiceFacts(request)),
  ];
}

const sourceFacts = ({ path }: ImportRequest): Fact[] => [
  { name: m.data_origin_file(), value: fileNameOf(path) },
  { name: m.data_origin_folder(), value: folderOf(path) },
];

function readingFacts(reading: Reading, request: ImportRequest | null): Fact[] {
  const { ids, textColumn, splitColumn, ratingColumn, labelColumn } = reading;
  const how = howRead(reading);
  if (ids !== null)
    how.push(ids === 'ranks' ? m.data_import_ids_ranks() : m.data_import_ids_encoded());
  const columnOf = (column: string | null) => m.data_origin_column({ column: column ?? '' });
  return [
    { name: m.data_origin_read(), value: how.join(' · ') },
    ...(textColumn === null
      ? []
      : [
          { name: m.data_origin_text(), value: columnOf(textColumn) },
          {
            name: m.data_origin_label(),
            value: [columnOf(labelColumn), ...meaningsOf(reading, request?.threshold)].join(', '),
          },
          {
            name: m.data_origin_split(),
            value: splitColumn === null ? m.data_origin_drawn() : columnOf(splitColumn),
          },
        ]),
    ...(ratingColumn === null || ratingColumn === labelColumn
      ? []
      : [{ name: m.common_rating(), value: columnOf(ratingColumn) }]),
    ...(reading.leftOut.length === 0
      ? []
      : [{ name: m.data_origin_unread(), value: reading.leftOut.join(', ') }]),
  ];
}

const mostValues = 12;

/** `"good" positive`, with every value that became it. */
function meaningsOf({ labels }: Reading, threshold: number | undefined): string[] {
  const names: { readonly [M in NonNullable<LabelMeaning['meaning']>]: string } = {
    positive: m.common_positive(),
    negative: m.common_negative(),
    dropped: m.data_import_label_dropped(),
  };
  const meanings = (['positive', 'negative', 'dropped'] as const).flatMap((meaning) => {
    const values = labels
      .filter((label) => label.meaning === meaning)
      .map(({ value }) => `"${value}"`);
    if (values.length === 0) return [];
    const shown = [...values.slice(0, mostValues), ...(values.length > mostValues ? ['…'] : [])];
    return [m.data_origin_meaning({ values: shown.join(' '), meaning: names[meaning] })];
  });
  return [
    ...(threshold === undefined ? [] : [m.data_origin_threshold({ threshold })]),
    ...meanings,
  ];
}

export const dropNames: {
  readonly [K in NonNullable<ImportRequest['drop']>[number]]: () => string;
} = {
  contradictions: m.data_import_drop_contradictions,
  duplicates: m.data_import_drop_duplicates,
  nearCopies: m.data_import_drop_near_copies,
  empty: m.data_import_drop_empty,
  unlabelled: m.data_import_drop_unlabelled,
};

/** What was chosen beside how the source is read. */
function choiceFacts({ drop = [], dropWords = [], pipeline = {} }: ImportRequest): Fact[] {
  const words = [
    pipeline.html === 'stripped' ? m.common_html_stripped() : '',
    pipeline.unicode === undefined || pipeline.unicode === 'kept'
      ? ''
      : pipeline.unicode.toUpperCase(),
    pipeline.words === 'segmenter' ? m.common_words_by_dictionary() : '',
  ].filter((part) => part !== '');
  const dropped = [
    ...drop.map((kind) => dropNames[kind]()),
    ...dropWords.map((word) => m.data_origin_dropped_word({ word })),
  ];
  return [
    ...(words.length === 0 ? [] : [{ name: m.data_origin_words(), value: words.join(', ') }]),
    ...(dropped.length === 0 ? [] : [{ name: m.data_origin_dropped(), value: dropped.join(', ') }]),
  ];
}
