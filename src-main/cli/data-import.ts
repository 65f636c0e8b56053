import path from 'node:path';

import { importFormats, importRequestSchema, type ImportRequest } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { choiceOption } from './arguments.ts';
import { firstOf, type Arguments, type Command } from './command.ts';
import { drops, type Drop } from './data-drops.ts';
import { followImport } from './import-job.ts';

export const dataImport: Command = {
  name: 'data import',
  operands: 'PATH',
  least: 1,
  most: 1,
  summary: m.cli_data_import,
  options: {
    name: { value: 'N', text: m.cli_data_import_name },
    format: {
      value: 'F',
      text: () => m.cli_data_import_format({ formats: importFormats.join(', ') }),
    },
    'text-column': { value: 'C', text: m.cli_data_import_text_column },
    'label-column': { value: 'C', text: m.cli_data_import_label_column },
    'split-column': { value: 'C', text: m.cli_data_import_split_column },
    positive: { value: 'V', text: m.cli_data_import_positive },
    negative: { value: 'V', text: m.cli_data_import_negative },
    threshold: { value: 'X', text: m.cli_data_import_threshold },
    'drop-label': { value: 'V', isList: true, text: m.cli_data_import_drop_label },
    'drop-word': { value: 'W', isList: true, text: m.cli_data_import_drop_word },
    encoding: { value: 'E', text: m.cli_data_import_encoding },
    delimiter: { value: 'D', text: m.cli_data_import_delimiter },
    header: { value: 'H', text: m.cli_data_import_header },
    'strip-html': { text: m.cli_data_import_strip_html },
    unicode: { value: 'U', text: m.cli_data_import_unicode },
    words: { value: 'W', text: m.cli_data_import_words },
    drop: { value: 'WHAT', text: () => m.cli_data_import_drop({ kinds: dropNames }) },
    'drop-duplicates': { text: m.cli_data_import_drop_duplicates },
    'drop-near-copies': { text: m.cli_data_import_drop_near_copies },
    'word-index': { value: 'FILE', text: m.cli_data_import_word_index },
    ids: { value: 'I', text: m.cli_data_import_ids },
  },
  run(args, context) {
    const { folder } = context;
    const { values } = args;
    const wordIndex = values['word-index'];
    const request = importRequestSchema.parse({
      path: path.resolve(folder, firstOf(args)),
      name: values['name'],
      format: choiceOption(args, 'format', importFormats),
      textColumn: values['text-column'],
      labelColumn: values['label-column'],
      splitColumn: values['split-column'] === 'none' ? null : values['split-column'],
      positive: values['positive'],
      negative: values['negative'],
      threshold: thresholdOf(values['threshold']),
      encoding: values['encoding'],
      delimiter: values['delimiter'],
      header: choiceOption(args, 'header', ['yes', 'no']),
      pipeline: {
        html: args.switches.has('strip-html') ? 'stripped' : undefined,
        unicode: choiceOption(args, 'unicode', ['kept', 'nfc', 'nfkc']),
        words: choiceOption(args, 'words', ['spaces', 'segmenter']),
      },
      ...dropsOf(args),
      ids: choiceOption(args, 'ids', ['ranks', 'encoded']),
      wordIndexPath: wordIndex === undefined ? undefined : path.resolve(folder, wordIndex),
    });
    return followImport(context, (datasets, options) => datasets.import(request, options));
  },
};

function thresholdOf(wanted: string | undefined): number | undefined {
  if (wanted === undefined) return undefined;
  const value = wanted.trim() === '' ? Number.NaN : Number(wanted.replace(',', '.'));
  if (Number.isFinite(value)) return value;
  throw new AppError('invalid', m.cli_data_import_threshold_number({ wanted }), {
    field: 'threshold',
  });
}

const labelPrefix = 'label:';
const dropNames = [...drops.keys(), `${labelPrefix}V`].join(', ');

/** What `--drop` names and the flags that stand for a part of it, as fields of the request. */
function dropsOf({
  values,
  lists,
  switches,
}: Arguments): Pick<ImportRequest, 'drop' | 'dropLabels' | 'dropWords'> {
  const named = values['drop']?.split(',').map((part) => part.trim()) ?? [];
  for (const name of drops.keys()) if (switches.has(`drop-${name}`)) named.push(name);
  const drop = new Set<Drop>();
  const dropLabels = [...(lists['drop-label'] ?? [])];
  for (const wanted of named) {
    const kind = drops.get(wanted);
    if (kind !== undefined) drop.add(kind);
    else if (wanted.startsWith(labelPrefix)) dropLabels.push(wanted.slice(labelPrefix.length));
    else {
      throw new AppError('invalid', m.cli_data_import_drop_choice({ wanted, kinds: dropNames }), {
        field: 'drop',
      });
    }
  }
  return {
    ...(drop.size === 0 ? {} : { drop: [...drop] }),
    ...(dropLabels.length === 0 ? {} : { dropLabels }),
    ...(lists['drop-word'] === undefined ? {} : { dropWords: [...lists['drop-word']] }),
  };
}
