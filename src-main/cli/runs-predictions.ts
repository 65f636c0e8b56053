import { choiceOption } from './arguments.ts';
import { firstOf, oneRun, type Command } from './command.ts';
import { table } from './text.ts';
import { readWeights, weightsOptions, weightsText } from './weights-choice.ts';

export const runsPredictions: Command = {
  name: 'runs predictions',
  ...oneRun,
  summary: 'Prints what a run predicted for each review of a split',
  options: { split: { value: 'S', text: 'test or validation (default test)' }, ...weightsOptions },
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
    for (const line of table(['row', 'label', 'probability'], rows, [
      'row',
      'label',
      'probability',
    ]))
      out.line(line);
    out.note(`${predictions.length} predictions on ${split}, ${weightsText(weights)}.`);
  },
};
