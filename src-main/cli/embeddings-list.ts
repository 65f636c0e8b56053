import { firstOf, oneRun, type Command } from './command.ts';
import { count, table } from './text.ts';

export const embeddingsList: Command = {
  name: 'embeddings list',
  ...oneRun,
  summary: 'Lists the embedding tables that a run has stored',
  options: {},
  run(args, { app, out }) {
    const { runs, embeddings } = app().services;
    const snapshots = embeddings.list(runs.resolve(firstOf(args)));
    out.json(snapshots);
    if (snapshots.length === 0) out.line('No snapshots yet.');
    else {
      const rows = snapshots.map((snapshot) => [
        snapshot.snapshotId,
        String(snapshot.epoch),
        snapshot.branch,
        count(snapshot.rows),
        String(snapshot.dims),
      ]);
      for (const line of table(['snapshot', 'epoch', 'branch', 'rows', 'dims'], rows, [
        'epoch',
        'rows',
        'dims',
      ]))
        out.line(line);
    }
  },
};
