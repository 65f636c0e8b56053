import path from 'node:path';

import { exportFormats } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { choiceOption } from './arguments.ts';
import { firstOf, oneDataset, type Command } from './command.ts';
import { bytes, count } from './text.ts';
import { whileRunning } from './while-running.ts';

export const dataExport: Command = {
  name: 'data export',
  ...oneDataset,
  summary: m.cli_data_export,
  options: {
    format: { value: 'F', text: m.cli_data_export_format },
    out: { value: 'F', text: m.cli_data_export_out },
    force: { text: m.cli_data_export_force },
  },
  async run(args, { app, out, folder }) {
    const target = args.values['out'];
    if (target === undefined)
      throw new AppError('invalid', m.cli_data_export_needs_out(), { field: 'out' });
    const extension = path.extname(target).slice(1).toLowerCase();
    const format =
      choiceOption(args, 'format', exportFormats) ??
      exportFormats.find((candidate) => candidate === extension);
    if (format === undefined)
      throw new AppError('invalid', m.cli_data_export_needs_format(), { field: 'format' });
    const { datasets } = app().services;
    const datasetId = datasets.resolve(firstOf(args));
    const written = await whileRunning(m.cli_data_export_cancelled, (signal) =>
      datasets.exportTo(datasetId, format, path.resolve(folder, target), {
        isForced: args.switches.has('force'),
        signal,
        onProgress: (done, total) =>
          out.status(m.cli_data_export_writing({ done: count(done), total: count(total) })),
      }),
    );
    out.json(written);
    out.line(`${written.path}: ${bytes(written.bytes)}`);
  },
};
