import * as m from '#messages';

import { numberOption } from './arguments.ts';
import { firstOf, oneRun, type Command } from './command.ts';
import { bytes, count } from './text.ts';

export const embeddingsThin: Command = {
  name: 'embeddings thin',
  ...oneRun,
  summary: m.cli_embeddings_thin,
  options: {
    every: { value: 'N', text: m.cli_embeddings_thin_every },
    trial: { text: m.cli_embeddings_thin_trial },
  },
  run(args, { app, out }) {
    const { runs } = app().services;
    const thinned = runs.thinSnapshots({
      runId: runs.resolve(firstOf(args)),
      every: numberOption(args, 'every', { min: 2, max: 10_000 }) ?? null,
      isTrial: args.switches.has('trial'),
    });
    out.json(thinned);
    const inputs = { epochs: count(thinned.epochs.length), size: bytes(thinned.bytes) };
    out.line(
      args.switches.has('trial')
        ? m.cli_embeddings_would_thin(inputs)
        : m.cli_embeddings_thinned(inputs),
    );
  },
};
