import * as m from '#messages';

import type { Command } from './command.ts';

export const runsRemoveCurves: Command = {
  name: 'runs remove-curves',
  operands: 'CURVE...',
  least: 1,
  most: 1000,
  summary: m.cli_runs_remove_curves,
  options: {},
  run(args, { app, out }) {
    const { outsideCurves } = app().services;
    const curveIds = [...new Set(args.operands.map((name) => outsideCurves.resolve(name)))];
    for (const curveId of curveIds) outsideCurves.remove(curveId);
    out.json(curveIds);
    out.line(m.cli_runs_curves_removed({ count: curveIds.length }));
  },
};
