import { noOperands, type Command } from './command.ts';
import { count, moment, percent, table } from './text.ts';

export const runsList: Command = {
  name: 'runs list',
  ...noOperands,
  summary: 'Lists runs, the newest first',
  options: { trash: { text: 'those in the trash' } },
  run(args, { app, out }) {
    const { runs } = app().services;
    const isTrash = args.switches.has('trash');
    const summaries = runs.list({ isTrash });
    if (out.isJson) out.json(summaries.map(({ runId }) => runs.get(runId)));
    else if (summaries.length === 0)
      out.line(
        isTrash ? 'The trash holds no runs.' : 'No runs yet. Start one with "train --dataset ID".',
      );
    else {
      const header = [
        'id',
        'name',
        'state',
        'variant',
        'dataset',
        'epochs',
        'parameters',
        'validation',
        'test',
        'created',
      ];
      const rows = summaries.map((run) => [
        run.runId,
        run.name,
        run.state,
        run.variant ?? 'custom',
        run.datasetName,
        String(run.epochCount),
        count(run.parameters),
        percent(run.best?.valAccuracy),
        percent(run.best?.testAccuracy),
        moment(run.createdAt),
      ]);
      for (const line of table(header, rows, ['epochs', 'parameters', 'validation', 'test']))
        out.line(line);
    }
  },
};
