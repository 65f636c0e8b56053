import { AppError } from '#contract/failure.ts';
import { calls } from '#contract/index.ts';
import * as m from '#messages';

import { firstOf, type Command } from './command.ts';

export const dataRename: Command = {
  name: 'data rename',
  operands: 'ID NAME',
  least: 2,
  most: 2,
  summary: m.cli_data_rename,
  options: {},
  run(args, { app, out }) {
    const { datasets } = app().services;
    const datasetId = datasets.resolve(firstOf(args));
    const parsed = calls['datasets.rename'].input.safeParse({ datasetId, name: args.operands[1] });
    if (!parsed.success) {
      const why = parsed.error.issues[0]?.message ?? m.app_name_length();
      throw new AppError('invalid', why, { field: 'name' });
    }
    const { name } = parsed.data;
    out.json(datasets.rename(datasetId, name));
    out.line(m.cli_data_renamed({ datasetId, name }));
  },
};
