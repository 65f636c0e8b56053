import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { stateText } from './run-facts.ts';
import { count, fitted, moment, percent, table } from './text.ts';

export const runsList: Command = {
  name: 'runs list',
  ...noOperands,
  summary: m.cli_runs_list,
  options: { trash: { text: m.cli_runs_list_trash } },
  run(args, { app, out }) {
    const { runs } = app().services;
    const isTrash = args.switches.has('trash');
    const summaries = runs.list({ isTrash });
    if (out.isJson) out.json(summaries.map(({ runId }) => runs.get(runId)));
    else if (summaries.length === 0)
      out.line(isTrash ? m.cli_runs_none_in_trash() : m.cli_runs_none());
    else {
      const header = [
        m.cli_column_id(),
        m.cli_column_name(),
        m.cli_column_state(),
        m.cli_column_variant(),
        m.cli_column_dataset(),
        m.cli_column_epochs(),
        m.cli_column_parameters(),
        m.cli_column_validation(),
        m.cli_column_test(),
        m.cli_column_created(),
        m.cli_column_tags(),
      ];
      const rows = summaries.map((run) => [
        run.runId,
        run.name,
        stateText(run),
        run.variant ?? m.cli_variant_custom(),
        run.datasetName,
        String(run.epochCount),
        count(run.parameters),
        percent(run.best?.valAccuracy),
        percent(run.best?.testAccuracy),
        moment(run.createdAt),
        run.tags.join(', '),
      ]);
      for (const line of table(header, fitted(header, rows, 1, out.width), header.slice(5, 9)))
        out.line(line);
    }
  },
};
