import type { Run } from '#contract/run.ts';
import { flagOf } from '#core/run-config.ts';

import type { Output } from './output.ts';
import { bytes, count, decimal, duration, moment, pairs, percent, table } from './text.ts';

export function printRun(out: Output, run: Run): void {
  out.json(run);
  if (out.isJson) return;
  const figures = (epoch: Run['best']) =>
    epoch === null
      ? 'none'
      : `epoch ${epoch.epoch}: validation loss ${decimal(epoch.valLoss)}, accuracy ${percent(epoch.valAccuracy)}, test ${percent(epoch.testAccuracy)}, train ${percent(epoch.trainAccuracy)}`;
  const facts = pairs([
    ['id', run.runId],
    ['name', run.name],
    ['state', run.reason === null ? run.state : `${run.state}: ${run.reason}`],
    ['dataset', `${run.datasetName} (${run.dataset})`],
    ['variant', run.variant ?? 'custom'],
    ['parameters', count(run.parameters)],
    ['backend', run.backend ?? 'not started'],
    ['best', figures(run.best)],
    ['last', figures(run.last)],
    ['weights', run.weightsHash ?? 'none'],
    ['created', moment(run.createdAt)],
    ['trained', duration(run.trainedSeconds)],
    ['disk', bytes(run.diskBytes)],
  ]);
  for (const line of facts) out.line(line);
  out.line();
  const config = Object.entries(run.config).filter(([name]) => name !== 'variant');
  for (const line of pairs(config.map(([name, value]) => [flagOf(name), String(value)])))
    out.line(line);
  if (run.epochs.length === 0) return;
  out.line();
  const header = [
    'epoch',
    'loss',
    'accuracy',
    'val loss',
    'val accuracy',
    'test loss',
    'test accuracy',
    'time',
  ];
  const rows = run.epochs.map((epoch) => [
    String(epoch.epoch),
    decimal(epoch.loss),
    percent(epoch.accuracy),
    decimal(epoch.valLoss),
    percent(epoch.valAccuracy),
    decimal(epoch.testLoss),
    percent(epoch.testAccuracy),
    duration(epoch.trainSeconds + epoch.evalSeconds),
  ]);
  for (const line of table(header, rows, header)) out.line(line);
}
