import path from 'node:path';

import { importRequestSchema } from '#contract/dataset.ts';

import { choiceOption } from './arguments.ts';
import { firstOf, type Command } from './command.ts';
import { followImport } from './import-job.ts';

export const dataImport: Command = {
  name: 'data import',
  operands: 'PATH',
  least: 1,
  most: 1,
  summary: 'Imports reviews from the aclImdb archive or folder, or from a Keras npz',
  options: {
    name: { value: 'N', text: 'name of the dataset (default: of the file)' },
    format: { value: 'F', text: 'aclimdb or keras-npz (default: found out)' },
    'word-index': { value: 'FILE', text: 'word index of a Keras npz (JSON)' },
    ids: { value: 'I', text: 'ranks or encoded: what the ids of an npz are (default ranks)' },
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
