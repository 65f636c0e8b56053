import path from 'node:path';

import { AppError } from '#contract/failure.ts';

import { firstOf, type Command } from './command.ts';
import { bytes } from './text.ts';

export const embeddingsExport: Command = {
  name: 'embeddings export',
  operands: 'SNAP',
  least: 1,
  most: 1,
  summary: 'Writes an embedding table to a .npy or .tsv file',
  options: {
    out: { value: 'F', text: 'the file: .npy (float32 rows x dims) or .tsv (id, word, values)' },
    force: { text: 'replace the file if it is there' },
  },
  async run(args, { app, out, folder }) {
    const target = args.values['out'];
    if (target === undefined)
      throw new AppError('invalid', '"embeddings export" needs --out F.npy or F.tsv.', {
        field: 'out',
      });
    if (!/\.(npy|tsv)$/i.test(target))
      throw new AppError('invalid', '--out: Use a name that ends in .npy or .tsv.', {
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
