import path from 'node:path';

import type { ImportRequest } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { labelKey } from '#core/table/labels.ts';
import * as m from '#messages';

import { listArchive } from './archive-folders.ts';
import { openCsv } from './csv.ts';
import type { Source } from './detect.ts';
import type { ImportContext } from './importer.ts';
import { openJsonl } from './jsonl.ts';
import { listLabelFolders, openLabelFolders } from './label-folders.ts';
import { openParquet } from './parquet.ts';
import { quoted, type Table } from './table.ts';
import { openText } from './text-source.ts';

/** Opens what is read as rows and columns; close it in the end. */
export async function openTable(
  file: string,
  source: Source,
  request: ImportRequest,
  context: Pick<ImportContext, 'limits' | 'pace'> & Partial<ImportContext>,
): Promise<Table> {
  const { limits } = context;
  const name = path.basename(file);
  switch (source.format) {
    case 'folders': {
      const { kind } = source;
      const files =
        kind === 'folder'
          ? await listLabelFolders(file, context)
          : await listArchive({ source: file, kind, sourceName: name }, context);
      return openLabelFolders(files, name, request.encoding, context);
    }
    case 'parquet':
      return openParquet(file, name, limits);
    case 'csv':
    case 'tsv':
    case 'jsonl': {
      const text = await openText(file, name, source.isGzip, request.encoding, limits);
      if (source.format === 'jsonl') return openJsonl(text, limits);
      return openCsv(text, source.format, request, limits);
    }
    default:
      throw new Error(`${source.format} is not read as a table.`);
  }
}

type Format = Source['format'];

/** Refuses options that a format has no use for: a typing error would otherwise go unseen. */
export function assertFits(request: ImportRequest, format: Format, fileName: string): void {
  for (const [field, option, formats] of options) {
    if (request[field] === undefined || formats.includes(format)) continue;
    throw new AppError(
      'invalid',
      m.datasets_option_of_others({
        option: option(),
        formats: formats.join(', '),
        file: fileName,
        format,
      }),
      { field },
    );
  }
  if (
    request.threshold !== undefined &&
    (request.positive !== undefined || request.negative !== undefined)
  ) {
    throw new AppError('invalid', m.datasets_threshold_or_labels(), { field: 'threshold' });
  }
  if (request.positive !== undefined && request.positive === request.negative) {
    throw new AppError('invalid', m.datasets_same_labels(), { field: 'positive' });
  }
  const used = [request.positive, request.negative].filter((label) => label !== undefined);
  const twice = used.find((label) =>
    request.dropLabels?.some((dropped) => labelKey(dropped) === labelKey(label)),
  );
  if (twice !== undefined) {
    throw new AppError('invalid', m.datasets_drop_label_used({ label: quoted(twice) }), {
      field: 'dropLabels',
    });
  }
}

const delimited: readonly Format[] = ['csv', 'tsv'];
const withColumns: readonly Format[] = ['csv', 'tsv', 'jsonl', 'parquet'];
const tables: readonly Format[] = [...withColumns, 'folders'];

const options: readonly (readonly [keyof ImportRequest, () => string, readonly Format[]])[] = [
  ['wordIndexPath', m.datasets_option_word_index, ['keras-npz', 'jsonl', 'parquet']],
  ['ids', m.datasets_option_ids, ['keras-npz']],
  ['textColumn', m.datasets_option_text_column, withColumns],
  ['labelColumn', m.datasets_option_label_column, withColumns],
  ['splitColumn', m.datasets_option_split_column, withColumns],
  ['positive', m.datasets_option_labels, tables],
  ['negative', m.datasets_option_labels, tables],
  ['threshold', m.datasets_option_threshold, tables],
  ['dropLabels', m.datasets_option_drop_label, tables],
  ['dropWords', m.datasets_option_drop_word, ['aclimdb', ...tables]],
  ['encoding', m.datasets_option_encoding, ['csv', 'tsv', 'jsonl', 'folders']],
  ['delimiter', m.datasets_option_delimiter, delimited],
  ['header', m.datasets_option_header, delimited],
];
