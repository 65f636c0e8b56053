import path from 'node:path';

import * as m from '#messages';

import { bundleStatus } from './bundle-status.ts';
import { firstOf, type Command } from './command.ts';
import { whileRunning } from './while-running.ts';

export const bundleImport: Command = {
  name: 'bundle import',
  operands: 'F',
  least: 1,
  most: 1,
  summary: m.cli_bundle_import,
  options: {},
  async run(args, { app, out, folder }) {
    const { runs, datasets, bundles } = app().services;
    const file = path.resolve(folder, firstOf(args));
    const imported = await whileRunning(m.bundles_cancelled, (signal) =>
      bundles.importFrom(file, { signal, onProgress: bundleStatus(out) }),
    );
    out.json(imported);
    for (const runId of imported.runs) {
      const { name } = runs.summary(runId);
      const isUpdated = imported.updated.includes(runId);
      out.line((isUpdated ? m.cli_bundle_updated : m.cli_bundle_added)({ name, runId }));
    }
    for (const datasetId of imported.datasets) {
      out.line(m.cli_bundle_dataset({ name: datasets.get(datasetId).name, datasetId }));
    }
    for (const { name, part } of imported.lacking) out.line(m.bundles_came_without({ name, part }));
    for (const { reason } of imported.skipped) out.line(m.cli_bundle_skipped({ reason }));
    if (!imported.isSealed) out.note(m.bundles_unsealed({ source: path.basename(file) }));
    for (const missing of imported.missing)
      out.line((missing.hasLabels ? m.datasets_labels_here : m.datasets_not_here)(missing));
  },
};
