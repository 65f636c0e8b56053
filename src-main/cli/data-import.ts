import path from 'node:path';

import { importRequestSchema } from '#contract/dataset.ts';
import * as m from '#messages';

import { choiceOption } from './arguments.ts';
import { firstOf, type Command } from './command.ts';
import { followImport } from './import-job.ts';

export const dataImport: Command = {
  name: 'data import',
  operands: 'PATH',
  least: 1,
  most: 1,
  summary: m.cli_data_import,
  options: {
    name: { value: 'N', text: m.cli_data_import_name },
    format: { value: 'F', text: m.cli_data_import_format },
    'word-index': { value: 'FILE', text: m.cli_data_import_word_index },
    ids: { value: 'I', text: m.cli_data_import_ids },
  },
  run(args, context) {
    const { folder } = context;
    const wordIndex = args.values['word-index'];
    const request = importRequestSchema.parse({
      path: path.resolve(folder, firstOf(args)),
      name: args.values['name'],
      format: choiceOption(args, 'format', ['aclimdb', 'keras-npz']),
      ids: choiceOption(args, 'ids', ['ranks', 'encoded']),
      wordIndexPath: wordIndex === undefined ? undefined : path.resolve(folder, wordIndex),
    });
    return followImport(context, (datasets, options) => datasets.import(request, options));
  },
};
