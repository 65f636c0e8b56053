import type { Comparison, Paired } from '#contract/comparison.ts';
import * as m from '#messages';

import type { Command } from './command.ts';
import { verdictLines } from './experiment-facts.ts';
import type { Output } from './output.ts';
import { count, decimal, percent, table } from './text.ts';
import { readWeights, weightsOptions, weightsText } from './weights-choice.ts';

export const compare: Command = {
  name: 'compare',
  operands: 'RUN RUN...',
  least: 2,
  most: 50,
  summary: m.cli_compare,
  options: weightsOptions,
  async run(args, { app, out }) {
    const weights = readWeights(args);
    const { runs, experiments } = app().services;
    const runIds = args.operands.map((name) => runs.resolve(name));
    const comparison = await runs.compare(runIds, weights);
    const judgement = typeof weights === 'string' ? await experiments.judge(runIds, weights) : null;
    out.json({ ...comparison, verdict: judgement?.verdict ?? null, judgement });
    if (out.isJson) return;
    print(out, comparison, weightsText(weights));
    for (const line of concernLines(comparison.concerns)) out.line(line);
    if (judgement !== null && judgement.seeds.length > 1)
      for (const line of ['', ...verdictLines(judgement)]) out.line(line);
  },
};

function print(
  out: Output,
  { runIds, configDiff, metrics, paired, reason, flips }: Comparison,
  weights: string,
): void {
  const differences = Object.entries(configDiff);
  if (differences.length === 0) out.line(m.cli_same_configurations());
  else
    for (const line of table(
      [m.cli_column_field(), ...runIds],
      differences.map(([field, values]) => [field, ...values.map(String)]),
    ))
      out.line(line);
  out.line();
  const header = [
    m.cli_column_run(),
    m.cli_column_accuracy(),
    m.cli_column_loss(),
    m.cli_column_val_accuracy(),
    m.cli_column_val_loss(),
    m.cli_column_train_accuracy(),
    m.cli_column_seconds_per_epoch(),
    m.cli_column_parameters(),
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
  out.line(m.cli_compare_on_test({ weights }));
  out.line();
  if (paired === null) out.line(m.cli_not_paired({ reason: reason ?? m.cli_no_reason() }));
  else for (const line of pairedLines(paired, flips.length)) out.line(line);
}

/** What speaks against the comparison, a line each. */
function concernLines(concerns: Comparison['concerns']): string[] {
  return concerns.flatMap(({ runIds, reasons }) =>
    reasons.map(({ sentence, fields }) =>
      [`${runIds.join(', ')}:`, sentence, fields.length === 0 ? '' : `(${fields.join(', ')})`]
        .filter(Boolean)
        .join(' '),
    ),
  );
}

function pairedLines(paired: Paired, flips: number): string[] {
  const points = (share: number) => (share * 100).toFixed(2);
  const [low, high] = paired.interval;
  return [
    m.cli_paired_counts({
      rows: count(paired.rows),
      bothRight: count(paired.bothRight),
      bothWrong: count(paired.bothWrong),
      onlyFirstRight: count(paired.onlyFirstRight),
      onlySecondRight: count(paired.onlySecondRight),
    }),
    m.cli_paired_difference({
      difference: points(paired.difference),
      low: points(low),
      high: points(high),
      p: paired.mcnemarP.toPrecision(3),
    }),
    m.cli_paired_flips({ count: count(flips) }),
  ];
}
