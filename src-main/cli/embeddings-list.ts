import * as m from '#messages';

import { firstOf, oneRun, type Command } from './command.ts';
import { count, table } from './text.ts';

export const embeddingsList: Command = {
  name: 'embeddings list',
  ...oneRun,
  summary: m.cli_embeddings_list,
  options: {},
  run(args, { app, out }) {
    const { runs, embeddings } = app().services;
    const runId = runs.resolve(firstOf(args));
    const best = runs.get(runId).best?.epoch;
    const snapshots = embeddings
      .list(runId)
      .map((snapshot) => ({ ...snapshot, isBest: snapshot.epoch === best }));
    out.json(snapshots);
    if (snapshots.length === 0) out.line(m.cli_embeddings_none());
    else {
      const rows = snapshots.map((snapshot) => [
        snapshot.snapshotId,
        String(snapshot.epoch),
        snapshot.branch,
        count(snapshot.rows),
        String(snapshot.dims),
        snapshot.isBest ? m.cli_embeddings_is_best() : '',
      ]);
      const [epoch, tableRows, dims] = [
        m.cli_column_epoch(),
        m.cli_column_rows(),
        m.cli_column_dims(),
      ];
      const header = [m.cli_column_snapshot(), epoch, m.cli_column_branch(), tableRows, dims, ''];
      for (const line of table(header, rows, [epoch, tableRows, dims])) out.line(line);
    }
  },
};
