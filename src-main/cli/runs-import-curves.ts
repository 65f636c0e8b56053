import path from 'node:path';

import { nameSchema } from '#contract/name.ts';
import * as m from '#messages';

import { firstOf, type Command } from './command.ts';
import { count } from './text.ts';

export const runsImportCurves: Command = {
  name: 'runs import-curves',
  operands: 'FILE',
  least: 1,
  most: 1,
  summary: m.cli_runs_import_curves,
  options: { name: { value: 'N', text: m.cli_runs_import_curves_name } },
  run(args, { app, out, folder }) {
    const { name } = args.values;
    const imported = app().services.outsideCurves.import({
      path: path.resolve(folder, firstOf(args)),
      ...(name === undefined ? {} : { name: nameSchema.parse(name) }),
    });
    out.json(imported);
    for (const { curveId, name: given, epochs } of imported.curves)
      out.line(m.cli_runs_curve_imported({ name: given, curveId, epochs: count(epochs.length) }));
    if (imported.isFromZero) out.note(m.cli_runs_curves_from_zero());
    if (imported.unusedColumns.length > 0)
      out.note(m.cli_runs_curves_unused({ columns: imported.unusedColumns.join(', ') }));
  },
};
