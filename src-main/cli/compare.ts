import type { Comparison, Paired } from '#contract/comparison.ts';

import type { Command } from './command.ts';
import type { Output } from './output.ts';
import { count, decimal, percent, table } from './text.ts';
import { readWeights, weightsOptions, weightsText } from './weights-choice.ts';

export const compare: Command = {
  name: 'compare',
  operands: 'RUN RUN...',
  least: 2,
  most: 50,
  summary: 'Compares runs: configuration, metrics, the reviews they judge differently',
  options: weightsOptions,
  async run(args, { app, out }) {
    const weights = readWeights(args);
    const { runs } = app().services;
    const runIds = args.operands.map((name) => runs.resolve(name));
    const comparison = await runs.compare(runIds, weights);
    out.json(comparison);
    if (!out.isJson) print(out, comparison, weightsText(weights));
  },
};

function print(
  out: Output,
  { runIds, configDiff, metrics, paired, reason, flips }: Comparison,
  weights: string,
): void {
  const differences = Object.entries(configDiff);
  if (differences.length === 0) out.line('The configurations are the same.');
  else
    for (const line of table(
      ['field', ...runIds],
      differences.map(([field, values]) => [field, ...values.map(String)]),
    ))
      out.line(line);
  out.line();
  const header = [
    'run',
    'accuracy',
    'loss',
    'val accuracy',
    'val loss',
    'train accuracy',
    's/epoch',
    'parameters',
  ];
  const rows = metrics.map((row) => [
    row.runId,
    percent(row.accuracy),
    decimal(row.loss),
    percent(row.valAccuracy),
    decimal(row.valLoss),
    percent(row.trainAccuracy),
    decimal(row.secondsPerEpoch, 1),
    count(row.parameters),
  ]);
  for (const line of table(header, rows, header.slice(1))) out.line(line);
  out.line(`Accuracy and loss are on the test split, with the ${weights}.`);
  out.line();
  if (paired === null) out.line(`No paired comparison: ${reason ?? 'no reason is known.'}`);
  else for (const line of pairedLines(paired, flips.length)) out.line(line);
}

function pairedLines(paired: Paired, flips: number): string[] {
  const points = (share: number) => (share * 100).toFixed(2);
  const [low, high] = paired.interval;
  return [
    `On ${count(paired.rows)} reviews: both right ${count(paired.bothRight)}, both wrong ${count(paired.bothWrong)}, only the first right ${count(paired.onlyFirstRight)}, only the second ${count(paired.onlySecondRight)}.`,
    `Second minus first: ${points(paired.difference)} points of accuracy, 95 % interval ${points(low)} to ${points(high)}; exact McNemar p = ${paired.mcnemarP.toPrecision(3)}.`,
    `They judge ${count(flips)} reviews differently. This is about these two trained models, not about the variants.`,
  ];
}
