import { AppError } from '#contract/failure.ts';

import { numberOption } from './arguments.ts';
import { firstOf, oneDataset, type Command } from './command.ts';
import { table } from './text.ts';

const bounds = { min: 1, max: 100_000 };

export const dataCoverage: Command = {
  name: 'data coverage',
  ...oneDataset,
  summary: 'Share of training reviews that are not longer than a length',
  options: {
    from: { value: 'N', text: 'shortest length (default 100)' },
    to: { value: 'N', text: 'longest length (default 950)' },
    step: { value: 'N', text: 'distance of lengths (default 50)' },
  },
  async run(args, { app, out }) {
    const from = numberOption(args, 'from', bounds) ?? 100;
    const to = numberOption(args, 'to', bounds) ?? Math.max(950, from);
    const step = numberOption(args, 'step', bounds) ?? 50;
    if (to < from)
      throw new AppError(
        'invalid',
        `--to: Use a length of at least ${from}, the value of --from.`,
        { field: 'to' },
      );
    const { datasets } = app().services;
    const datasetId = datasets.resolve(firstOf(args));
    const points = await datasets.coverage({ datasetId, from, to, step });
    out.json(points);
    const rows = points.map((point) => [String(point.maxLength), point.percent.toFixed(3)]);
    for (const line of table(['maxLength', 'percent'], rows, ['maxLength', 'percent']))
      out.line(line);
  },
};
