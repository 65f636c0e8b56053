import path from 'node:path';

import {
  type FormatOption,
  type ImportFormat,
  importFormats,
  takesOption,
} from '#contract/dataset-formats.ts';
import type { ImportRequest } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { labelKey } from '#core/table/labels.ts';
import * as m from '#messages';

import { listArchive } from './folders/archive-folders.ts';
import type { TableSource } from './detect.ts';
import type { ImportContext } from './importer.ts';
import { listLabelFolders, openLabelFolders } from './folders/label-folders.ts';
import { binaryReaders, textReaders } from './readers.ts';
import { quoted, type Table } from './table.ts';
import { openText } from './sources/text-source.ts';

/** Opens what is read as rows and columns; close it in the end. */
export async function openTable(
  file: string,
  source: TableSource,
  request: ImportRequest,
  context: Pick<ImportContext, 'limits' | 'pace'> & Partial<ImportContext>,
): Promise<Table> {
  const { limits } = context;
  const name = path.basename(file);
  if (source.format === 'folders') {
    const { kind } = source;
    const files =
      kind === 'folder'
        ? await listLabelFolders(file, context)
        : await listArchive({ source: file, kind, sourceName: name }, context);
    return openLabelFolders(files, name, request.encoding, context);
  }
  if (!('isGzip' in source)) return binaryReaders[source.format].open(file, name, limits);
  const text = await openText(file, name, source.isGzip, request.encoding, limits);
  return textReaders[source.format].open(text, limits, request, source.format);
}

/** Refuses options that a format has no use for: a typing error would otherwise go unseen. */
export function assertFits(request: ImportRequest, format: ImportFormat, fileName: string): void {
  for (const [field, option] of Object.entries(optionWords) as [FormatOption, () => string][]) {
    if (request[field] === undefined || takesOption(format, field)) continue;
    const formats = importFormats.filter((other) => takesOption(other, field));
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

const optionWords: { readonly [O in FormatOption]: () => string } = {
  wordIndexPath: m.datasets_option_word_index,
  ids: m.datasets_option_ids,
  textColumn: m.datasets_option_text_column,
  labelColumn: m.datasets_option_label_column,
  splitColumn: m.datasets_option_split_column,
  positive: m.datasets_option_labels,
  negative: m.datasets_option_labels,
  threshold: m.datasets_option_threshold,
  dropLabels: m.datasets_option_drop_label,
  dropWords: m.datasets_option_drop_word,
  encoding: m.datasets_option_encoding,
  delimiter: m.datasets_option_delimiter,
  header: m.datasets_option_header,
};
