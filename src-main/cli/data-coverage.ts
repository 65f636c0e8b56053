import { AppError } from '#contract/failure.ts';
import { usualRange, type CoverageRange } from '#core/text/coverage-range.ts';
import * as m from '#messages';

import { numberOption } from './arguments.ts';
import { firstOf, oneDataset, type Command } from './command.ts';
import { table } from './text.ts';

const bounds = { min: 1, max: 100_000 };

export const dataCoverage: Command = {
  name: 'data coverage',
  ...oneDataset,
  summary: m.cli_data_coverage,
  options: {
    from: { value: 'N', text: m.cli_data_coverage_from },
    to: { value: 'N', text: m.cli_data_coverage_to },
    step: { value: 'N', text: m.cli_data_coverage_step },
  },
  async run(args, { app, out }) {
    const [from, to, step] = ['from', 'to', 'step'].map((name) => numberOption(args, name, bounds));
    if (from !== undefined && to !== undefined && to < from)
      throw new AppError('invalid', m.cli_data_coverage_reversed({ from }), { field: 'to' });
    const { datasets } = app().services;
    const datasetId = datasets.resolve(firstOf(args));
    const isOpen = [from, to, step].every((value) => value === undefined);
    const range: CoverageRange = isOpen ? await datasets.coverageRange(datasetId) : usualRange;
    const points = await datasets.coverage({
      datasetId,
      from: from ?? Math.min(range.from, to ?? range.from),
      to: to ?? Math.max(range.to, from ?? range.to),
      step: step ?? range.step,
    });
    if (range.end !== undefined)
      points.push(
        ...(await datasets.coverage({ datasetId, from: range.end, to: range.end, step: 1 })),
      );
    out.json(points);
    const rows = points.map((point) => [String(point.maxLength), point.percent.toFixed(3)]);
    const header = [m.cli_column_max_length(), m.cli_column_percent()];
    for (const line of table(header, rows, header)) out.line(line);
  },
};
