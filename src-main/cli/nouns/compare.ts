import type { Baseline, BesideBaseline } from '#contract/baseline.ts';
import type { Comparison, Paired } from '#contract/comparison.ts';
import { verdictLines } from '#core/experiment/verdict-items.ts';
import { figureOf, metricsIn, shortLabel } from '#core/metrics/run-figures.ts';
import * as m from '#messages';

import type { Command } from '../command.ts';
import type { Output } from '../show/output.ts';
import { baselineFact } from '../show/run-facts.ts';
import { count, figureText, table, withKeyboardMinus } from '../show/text.ts';
import { readWeights, weightsOptions, weightsText } from '../weights-choice.ts';

const columns = metricsIn('terminal');

export const compare: Command = {
  name: 'compare',
  operands: 'RUN RUN...',
  most: 50,
  summary: m.cli_compare,
  options: weightsOptions,
  async run(args, { app, out }) {
    const weights = readWeights(args);
    const { runs, experiments } = app().services;
    const runIds = args.operands.map((name) => runs.resolve(name));
    const comparison = await runs.compare({ runIds, weights });
    const judgement =
      typeof weights === 'string' ? await experiments.judge({ runIds, weights }) : null;
    const baselines = await runs.baselines({ runIds: [...new Set(runIds)], weights });
    out.json({ ...comparison, verdict: judgement?.verdict ?? null, judgement, baselines });
    if (out.isJson) return;
    print(out, comparison, baselines, weightsText(weights));
    for (const line of concernLines(comparison.concerns)) out.line(line);
    if (judgement === null) return;
    for (const line of ['', ...verdictLines(judgement)]) out.line(withKeyboardMinus(line));
  },
};

function print(
  out: Output,
  { runIds, configDiff, metrics, paired, reason, flips, pairs, otherPairs }: Comparison,
  baselines: readonly BesideBaseline[],
  weights: string,
): void {
  const differences = Object.entries(configDiff);
  if (differences.length === 0) out.line(m.cli_same_configurations());
  else
    for (const line of table(
      [m.cli_column_field(), ...runIds],
      differences.map(([field, values]) => [
        field,
        ...values.map((value) =>
          value === null && field === 'variant' ? m.cli_variant_custom() : String(value ?? '-'),
        ),
      ]),
    ))
      out.line(line);
  out.line();
  const header = [m.cli_column_run(), ...columns.map((metric) => shortLabel(metric).toLowerCase())];
  const cellsOf = (row: Partial<Comparison['metrics'][number]>): string[] =>
    columns.map((metric) => figureText(metric.format, figureOf(metric, row)));
  const rows = metrics.map((row) => [row.runId, ...cellsOf(row)]);
  const distinct = distinctBaselines(baselines);
  const baselineRows = distinct.map(({ name, baseline }) => [
    name,
    // A weight a word, and the bias.
    ...cellsOf({ ...baseline, parameters: baseline.words + 1 }),
  ]);
  for (const line of table(header, [...rows, ...baselineRows], header.slice(1))) out.line(line);
  out.line(m.cli_compare_on_test({ weights }));
  for (const line of [...distinct.map(baselineLine), ...baselines.map(besideLine)]) out.line(line);
  out.line();
  if (pairs.length > 1) for (const line of pairTable([...pairs, ...otherPairs])) out.line(line);
  else if (paired === null) out.line(m.cli_not_paired({ reason: reason ?? m.cli_no_reason() }));
  else for (const line of pairedLines(paired, flips.length)) out.line(line);
}

/** A row for every pair, then why some have no figures. */
function pairTable(pairs: Comparison['pairs']): string[] {
  const header = [
    m.cli_column_first(),
    m.cli_column_second(),
    m.fields_unit_reviews(),
    m.cli_column_flips(),
    m.cli_column_only_first(),
    m.cli_column_only_second(),
    m.cli_column_difference(),
    m.common_95_interval(),
    m.cli_column_mcnemar(),
  ];
  const rows = pairs.map(({ runIds, paired }) => {
    if (paired === null) return [...runIds, ...header.slice(2).map(() => '-')];
    return [
      ...runIds,
      count(paired.rows),
      count(paired.onlyFirstRight + paired.onlySecondRight),
      count(paired.onlyFirstRight),
      count(paired.onlySecondRight),
      points(paired.difference),
      paired.interval === null ? '-' : m.compare_grid_range(endsOf(paired.interval)),
      paired.mcnemarP === null ? '-' : paired.mcnemarP.toPrecision(3),
    ];
  });
  return [
    ...table(header, rows, header.slice(2)),
    ...pairs.flatMap(({ runIds: [first, second], paired, reason: ofPair }) => {
      const reason = ofPair ?? paired?.reason ?? null;
      return reason === null ? [] : [m.cli_pair_not_paired({ first, second, reason })];
    }),
    m.cli_pairs_note(),
  ];
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

type Named = Readonly<{ name: string; baseline: Baseline }>;

/** Each model that runs share once, named after the first of them where there are several of its reading. */
function distinctBaselines(baselines: readonly BesideBaseline[]): Named[] {
  return (['run', 'whole'] as const).flatMap((reading) => {
    const byKey = new Map<string, Readonly<{ runId: string; baseline: Baseline }>>();
    for (const { runId, baseline, whole } of baselines) {
      const of = reading === 'run' ? baseline : (whole?.baseline ?? null);
      if (of !== null && !byKey.has(of.key)) byKey.set(of.key, { runId, baseline: of });
    }
    return [...byKey.values()].map(({ runId, baseline }) => ({
      name: byKey.size === 1 ? m.cli_baseline({ reading }) : m.cli_baseline_of({ reading, runId }),
      baseline,
    }));
  });
}

const baselineLine = ({ name, baseline }: Named): string =>
  m.cli_baseline_line({ name, fact: baselineFact(baseline) });

function besideLine({ runId, paired, whole, reason }: BesideBaseline): string {
  const wholePaired = whole?.paired ?? null;
  if (paired === null || wholePaired === null)
    return m.cli_no_baseline({ runId, reason: reason ?? m.cli_no_reason() });
  const facts = {
    runId,
    difference: points(paired.difference),
    wholeDifference: points(wholePaired.difference),
  };
  if (paired.interval === null || wholePaired.interval === null)
    return m.cli_baseline_untested({
      ...facts,
      reason: paired.reason ?? wholePaired.reason ?? m.cli_no_reason(),
    });
  const { low: wholeLow, high: wholeHigh } = endsOf(wholePaired.interval);
  return m.cli_baseline_difference({ ...facts, ...endsOf(paired.interval), wholeLow, wholeHigh });
}

const points = (share: number): string => (share * 100).toFixed(2);
const endsOf = ([low, high]: NonNullable<Paired['interval']>) => ({
  low: points(low),
  high: points(high),
});

function pairedLines(paired: Paired, flips: number): string[] {
  return [
    m.cli_paired_counts({
      rows: count(paired.rows),
      bothRight: count(paired.bothRight),
      bothWrong: count(paired.bothWrong),
      onlyFirstRight: count(paired.onlyFirstRight),
      onlySecondRight: count(paired.onlySecondRight),
    }),
    paired.interval === null || paired.mcnemarP === null
      ? m.cli_paired_untested({
          difference: points(paired.difference),
          reason: paired.reason ?? m.cli_no_reason(),
        })
      : m.cli_paired_difference({
          difference: points(paired.difference),
          ...endsOf(paired.interval),
          p: paired.mcnemarP.toPrecision(3),
        }),
    m.cli_paired_flips({ count: count(flips) }),
  ];
}
