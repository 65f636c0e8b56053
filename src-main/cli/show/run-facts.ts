import type { Baseline, BaselineReading } from '#contract/baseline.ts';
import { epochFigures } from '#contract/metric.ts';
import type { Run, RunSummary } from '#contract/run.ts';
import { shortLabel } from '#core/metrics/run-figures.ts';
import { epochMetrics } from '#core/metrics/table.ts';
import { flagOf } from '#core/config/run-config.ts';
import { taskIdOf, toldText } from '#core/slurm/task-state.ts';
import { stateWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { Output } from './output.ts';
import {
  bytes,
  count,
  decimal,
  duration,
  figureText,
  moment,
  pairs,
  percent,
  table,
} from './text.ts';

/** `baselines`: at most one of each reading. */
export function printRun(out: Output, run: Run, baselines: readonly Baseline[]): void {
  const read = (reading: BaselineReading): Baseline | null =>
    baselines.find((of) => of.reading === reading) ?? null;
  out.json({ ...run, baseline: read('run'), wholeBaseline: read('whole') });
  if (out.isJson) return;
  const figures = (epoch: Run['best']) =>
    epoch === null
      ? m.cli_none()
      : m.cli_fact_epoch({
          epoch: epoch.epoch,
          valLoss: decimal(epoch.valLoss),
          valAccuracy: percent(epoch.valAccuracy),
          testAccuracy: percent(epoch.testAccuracy),
          trainAccuracy: percent(epoch.trainAccuracy),
        });
  const facts = pairs([
    [m.cli_column_id(), run.runId],
    [m.cli_column_name(), run.isFavourite ? m.cli_fact_favourite({ name: run.name }) : run.name],
    ...(run.tags.length === 0 ? [] : [[m.cli_column_tags(), run.tags.join(', ')] as const]),
    ...(run.note === '' ? [] : [[m.cli_column_note(), run.note] as const]),
    [
      m.cli_column_state(),
      run.reason === null
        ? stateText(run)
        : m.cli_fact_state({ state: stateWord(run.state), reason: run.reason }),
    ],
    [m.cli_column_dataset(), m.cli_fact_dataset({ name: run.datasetName, id: run.dataset })],
    [m.cli_column_variant(), run.variant ?? m.cli_variant_custom()],
    [m.cli_column_parameters(), count(run.parameters)],
    [m.cli_column_backend(), run.backend ?? m.cli_fact_not_started()],
    [m.cli_column_best(), figures(run.best)],
    [m.cli_column_last(), figures(run.last)],
    ...baselines.map((of): [string, string] => [m.cli_baseline(of), baselineFact(of)]),
    [
      m.cli_column_weights(),
      run.weightsHash ??
        (run.last === null ? m.cli_none() : m.cli_fact_weights_kept({ epoch: run.last.epoch })),
    ],
    [m.cli_column_created(), moment(run.createdAt)],
    [m.cli_column_trained(), duration(run.trainedSeconds)],
    [m.cli_column_disk(), bytes(run.diskBytes)],
  ]);
  for (const line of facts) out.line(line);
  out.line();
  const config = Object.entries(run.config).filter(([name]) => name !== 'variant');
  for (const line of pairs(config.map(([name, value]) => [flagOf(name), String(value)])))
    out.line(line);
  if (run.epochs.length === 0) return;
  out.line();
  const header = [
    m.common_epoch(),
    ...epochFigures.map((figure) => shortLabel(epochMetrics[figure]).toLowerCase()),
    m.cli_column_time(),
  ];
  const rows = run.epochs.map((epoch) => [
    String(epoch.epoch),
    ...epochFigures.map((figure) => figureText(epochMetrics[figure].format, epoch[figure])),
    duration(epoch.trainSeconds + epoch.evalSeconds),
  ]);
  for (const line of table(header, rows, header)) out.line(line);
}

type Standing = Pick<RunSummary, 'state' | 'slurm' | 'progress' | 'config'>;

/** With how far it is while it trains, and Slurm's own words while that has it. */
export function stateText({ state, slurm, progress, config }: Standing): string {
  const word = stateWord(state);
  const far =
    progress === null || (state !== 'running' && slurm?.isUnderway !== true)
      ? word
      : m.cli_state_epoch({ state: word, epoch: progress.epoch, epochs: config.epochs });
  if (slurm?.isUnderway !== true) return far;
  return m.cli_state_on_slurm({ state: far, job: taskIdOf(slurm), told: toldText(slurm) });
}

/** How good a bag of words is, and what its validation split has chosen. */
export function baselineFact({
  accuracy,
  accuracyInterval: [low, high],
  loss,
  words,
  c,
  isSublinear,
}: Baseline): string {
  return m.cli_fact_baseline({
    accuracy: percent(accuracy),
    low: (low * 100).toFixed(2),
    high: (high * 100).toFixed(2),
    loss: decimal(loss),
    words: count(words),
    c,
    frequency: isSublinear ? 'sublinear' : 'plain',
  });
}
