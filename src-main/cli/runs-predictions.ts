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
    const { runs } = app().services;
    const predictions = await runs.predictions(runs.resolve(firstOf(args)), { split, weights });
    out.json(predictions);
    if (out.isJson) return;
    const rows = predictions.map(({ row, label, probability }) => [
      String(row),
      String(label),
      probability.toFixed(6),
    ]);
    const header = [m.cli_column_row(), m.cli_column_label(), m.cli_column_probability()];
    for (const line of table(header, rows, header)) out.line(line);
    out.note(
      m.cli_runs_predictions_count({
        count: predictions.length,
        split: splitWord(split),
        weights: weightsText(weights),
      }),
    );
  },
};
