import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { firstOf, type Command } from './command.ts';
import { bytes } from './text.ts';

export const embeddingsExport: Command = {
  name: 'embeddings export',
  operands: 'SNAP',
  least: 1,
  most: 1,
  summary: m.cli_embeddings_export,
  options: {
    out: { value: 'F', text: m.cli_embeddings_export_out },
    force: { text: m.cli_embeddings_export_force },
  },
  async run(args, { app, out, folder }) {
    const target = args.values['out'];
    if (target === undefined)
      throw new AppError('invalid', m.cli_embeddings_export_needs_out(), {
        field: 'out',
      });
    if (!/\.(npy|tsv)$/i.test(target))
      throw new AppError('invalid', m.cli_embeddings_export_ending(), {
        field: 'out',
      });
    const { embeddings } = app().services;
    const snapshotId = embeddings.resolve(firstOf(args));
    const written = await embeddings.exportTo(snapshotId, path.resolve(folder, target), {
      isForced: args.switches.has('force'),
    });
    out.json(written);
    out.line(`${written.path}: ${bytes(written.bytes)}`);
  },
};
