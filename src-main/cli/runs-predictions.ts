import { splitWord } from '#core/words.ts';
import * as m from '#messages';

import { choiceOption } from './arguments.ts';
import { firstOf, oneRun, type Command } from './command.ts';
import { table } from './text.ts';
import { readWeights, weightsOptions, weightsText } from './weights-choice.ts';

export const runsPredictions: Command = {
  name: 'runs predictions',
  ...oneRun,
  summary: m.cli_runs_predictions,
  options: { split: { value: 'S', text: m.cli_runs_predictions_split }, ...weightsOptions },
  async run(args, { app, out }) {
    const split = choiceOption(args, 'split', ['test', 'validation']) ?? 'test';
    const weights = readWeights(args);
    const { runs, datasets } = app().services;
    const run = runs.get(runs.resolve(firstOf(args)));
    const predictions = await runs.predictions(run.runId, { split, weights });
    out.json(predictions);
    if (out.isJson) return;
    const rows = predictions.map(({ row, label, probability }) => [
      String(row),
      label === null ? '-' : String(label),
      probability.toFixed(6),
    ]);
    const header = [m.cli_column_row(), m.cli_column_label(), m.cli_column_probability()];
    for (const line of table(header, rows, header)) out.line(line);
    if (predictions.some(({ label }) => label === null))
      out.note(m.datasets_not_here(datasets.get(run.dataset)));
    out.note(
      m.cli_runs_predictions_count({
        count: predictions.length,
        split: splitWord(split),
        weights: weightsText(weights),
      }),
    );
  },
};
