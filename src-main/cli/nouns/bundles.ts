import path from 'node:path';

import type { BundleProgress } from '#contract/bundle.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { type Command, firstOf, type Noun } from '../command.ts';
import type { Output } from '../show/output.ts';
import { bytes } from '../show/text.ts';
import { whileRunning } from '../while-running.ts';

const bundleExport: Command = {
  name: 'bundle export',
  operands: 'RUN...',
  summary: m.cli_bundle_export,
  options: {
    out: { value: 'F', text: m.cli_data_export_out },
    'with-data': { text: m.cli_bundle_export_with_data },
    force: { text: m.cli_data_export_force },
  },
  async run(args, { app, out, folder }) {
    const target = args.values['out'];
    if (target === undefined)
      throw new AppError('invalid', m.cli_bundle_export_needs_out(), { field: 'out' });
    const { runs, bundles } = app().services;
    const runIds = [...new Set(args.operands.map((name) => runs.resolve(name)))];
    const written = await whileRunning(m.bundles_cancelled, (signal) =>
      bundles.exportTo(
        {
          runIds,
          path: path.resolve(folder, target),
          withData: args.switches.has('with-data'),
          isForced: args.switches.has('force'),
        },
        { signal, onProgress: bundleStatus(out) },
      ),
    );
    out.json(written);
    out.line(`${written.path}: ${bytes(written.bytes)}`);
    for (const { name, part, state, count } of written.lacking)
      out.line(
        part === 'blobs'
          ? m.bundles_lacks_blobs({ name, state, count })
          : m.bundles_lacks_file({ name, part, state }),
      );
  },
};

const bundleImport: Command = {
  name: 'bundle import',
  operands: 'F',
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
      out.line(m.cli_bundle_dataset({ name: datasets.get({ datasetId }).name, datasetId }));
    }
    for (const { name, part } of imported.lacking) out.line(m.bundles_came_without({ name, part }));
    for (const { reason } of imported.skipped) out.line(m.cli_bundle_skipped({ reason }));
    if (!imported.isSealed) out.note(m.bundles_unsealed({ source: path.basename(file) }));
    for (const missing of imported.missing)
      out.line((missing.hasLabels ? m.datasets_labels_here : m.datasets_not_here)(missing));
  },
};

/** How far a bundle is. */
const bundleStatus =
  (out: Output) =>
  ({ phase, done, total }: BundleProgress): void => {
    out.status(
      phase === 'checking' || total === null
        ? m.cli_bundle_checking({ done: bytes(done) })
        : m.cli_bundle_writing({ done: bytes(done), total: bytes(total) }),
    );
  };

export const bundles: Noun = {
  title: m.cli_noun_bundles,
  commands: [bundleExport, bundleImport],
};
