import type { OutsideCurve } from '#contract/outside-curve.ts';
import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { decimal, moment, percent, table } from './text.ts';

export const runsCurves: Command = {
  name: 'runs curves',
  ...noOperands,
  summary: m.cli_runs_curves,
  options: {},
  run(_, { app, out }) {
    const curves = app().services.outsideCurves.list();
    out.json(curves);
    if (curves.length === 0) {
      out.line(m.cli_runs_curves_none());
      return;
    }
    const [epochs, valLoss, testAccuracy] = [
      m.cli_column_epochs(),
      m.cli_column_lowest_val_loss(),
      m.cli_column_highest_test_accuracy(),
    ];
    const header = [
      m.cli_column_id(),
      m.cli_column_name(),
      epochs,
      valLoss,
      testAccuracy,
      m.cli_column_file(),
      m.cli_column_imported(),
    ];
    const rows = curves.map((curve) => [
      curve.curveId,
      curve.name,
      String(curve.epochs.length),
      decimal(extreme(curve, 'valLoss', Math.min)),
      percent(extreme(curve, 'testAccuracy', Math.max)),
      curve.fileName,
      moment(curve.importedAt),
    ]);
    for (const line of table(header, rows, [epochs, valLoss, testAccuracy])) out.line(line);
  },
};

function extreme(
  { epochs }: OutsideCurve,
  figure: 'valLoss' | 'testAccuracy',
  choose: (a: number, b: number) => number,
): number | null {
  const values = epochs.map((epoch) => epoch[figure]).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((a, b) => choose(a, b));
}
