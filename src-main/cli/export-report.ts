import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { reportFormats } from '../features/reports/service.ts';
import { choiceOption } from './arguments.ts';
import { someRuns, type Command } from './command.ts';
import { bytes } from './text.ts';
import { bestOrLastOption, readBestOrLast } from './weights-choice.ts';

export const exportReport: Command = {
  name: 'export report',
  ...someRuns,
  summary: m.cli_export_report,
  options: {
    format: {
      value: 'F',
      text: () => m.cli_export_report_format({ formats: reportFormats.join(', ') }),
    },
    out: { value: 'PATH', text: m.cli_export_report_out },
    force: { text: m.cli_export_report_force },
    ...bestOrLastOption,
  },
  async run(args, { app, out, folder }) {
    const format = choiceOption(args, 'format', reportFormats);
    const target = args.values['out'];
    if (format === undefined)
      throw new AppError(
        'invalid',
        m.cli_export_report_needs_format({ formats: reportFormats.join(', ') }),
        {
          field: 'format',
        },
      );
    if (target === undefined || target.trim() === '')
      throw new AppError('invalid', m.cli_export_report_needs_out(), { field: 'out' });
    const { reports, runs } = app().services;
    const written = await reports.exportTo({
      runIds: args.operands.map((name) => runs.resolve(name)),
      format,
      path: path.resolve(folder, target),
      weights: readBestOrLast(args),
      isForced: args.switches.has('force'),
    });
    out.json(written);
    out.line(`${written.path}: ${bytes(written.bytes)}`);
  },
};
