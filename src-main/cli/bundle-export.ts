import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { bundleStatus } from './bundle-status.ts';
import { someRuns, type Command } from './command.ts';
import { bytes } from './text.ts';
import { whileRunning } from './while-running.ts';

export const bundleExport: Command = {
  name: 'bundle export',
  ...someRuns,
  summary: m.cli_bundle_export,
  options: {
    out: { value: 'F', text: m.cli_bundle_export_out },
    'with-data': { text: m.cli_bundle_export_with_data },
    force: { text: m.cli_bundle_export_force },
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
