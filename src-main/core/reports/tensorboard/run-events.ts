import { epochFigures, snakeCase, stepFigures } from '#contract/metric.ts';
import type { Run } from '#contract/run.ts';
import type { StepsBatch } from '#contract/trainer.ts';

import { epochMetrics, type EpochMetric } from '../../metrics/table.ts';
import {
  fileVersion,
  hparamsEndEvent,
  hparamsEvent,
  scalarEvents,
  textEvent,
  type HParam,
  type Moment,
} from './event.ts';
import { tfRecord } from './record.ts';

/** Everything measured in a run, arrays in parallel; seconds since its start. */
export type RunSeries = Readonly<{
  epochEnds: readonly Readonly<{ epoch: number; seconds: number }>[];
  /** [steps] each */
  steps: Omit<StepsBatch, 'epoch'>;
}>;

export type EventFile = Readonly<{
  /** Beneath the run's folder. */
  path: string;
  /** TFRecords. */
  records: () => Iterable<Uint8Array>;
}>;

/**
 * A run as Keras's TensorBoard callback would have left it: `train` and `validation` with `epoch_loss` and `epoch_accuracy`, where
 * the first epoch is step 0, and `batch_loss` by step in `train`. `test` is laid out alike; settings stand in the run's own folder.
 */
export function runEventFiles(run: Run, series: RunSeries): readonly EventFile[] {
  const start = Date.parse(run.startedAt ?? run.createdAt) / 1000;
  const seconds = new Map(series.epochEnds.map((end) => [end.epoch, end.seconds]));
  const file = (folder: string, events: () => Iterable<Uint8Array>): EventFile => ({
    path: `${folder}events.out.tfevents.${Math.floor(start)}.twofold.${run.runId}.v2`,
    *records() {
      yield tfRecord(fileVersion(start));
      for (const event of events()) yield tfRecord(event);
    },
  });
  function* splitEvents(name: EpochMetric['split']): Generator<Uint8Array> {
    if (name === 'train') yield* stepEvents(series, start);
    const figures = epochFigures.filter((figure) => epochMetrics[figure].split === name);
    const event = scalarEvents([
      ...figures.map((figure) => `epoch_${epochMetrics[figure].tag}`),
      ...(name === 'train' ? ['epoch_learning_rate'] : []),
    ]);
    for (const epoch of run.epochs) {
      const wallTime = start + (seconds.get(epoch.epoch) ?? 0);
      const values = figures.map((figure) => epoch[figure]);
      yield event({ wallTime, step: epoch.epoch - 1 }, [...values, run.config.learningRate]);
    }
  }
  return [
    file('', () => settingEvents(run, start)),
    ...(['train', 'validation', 'test'] as const).map((name) =>
      file(`${name}/`, () => splitEvents(name)),
    ),
  ];
}

function* stepEvents({ steps: table }: RunSeries, start: number): Generator<Uint8Array> {
  const event = scalarEvents(stepFigures.map((figure) => `batch_${snakeCase(figure)}`));
  for (const [index, step] of table.steps.entries())
    yield event(
      { wallTime: start + (table.seconds[index] ?? 0), step },
      stepFigures.map((figure) => table[figure][index] ?? Number.NaN),
    );
}

function* settingEvents(run: Run, start: number): Generator<Uint8Array> {
  const moment: Moment = { wallTime: start, step: 0 };
  const settings: Readonly<Record<string, HParam>> = {
    ...run.config,
    variant: run.variant ?? 'custom',
  };
  const facts = {
    run: run.name,
    runId: run.runId,
    state: run.state,
    dataset: run.datasetName,
    datasetHash: run.datasetHash,
    parameters: run.parameters,
    backend: run.backend ?? '',
    ...run.versions,
    engine: run.versions?.engine ?? '',
    machine: run.versions?.machine ?? '',
  };
  yield hparamsEvent(moment, settings);
  yield textEvent(moment, 'run', markdownTable(facts));
  yield textEvent(moment, 'configuration', markdownTable(settings));
  if (run.endedAt !== null) {
    const wallTime = Date.parse(run.endedAt) / 1000;
    yield hparamsEndEvent({ wallTime, step: 0 }, run.state === 'finished');
  }
}

function markdownTable(entries: Readonly<Record<string, HParam | null>>): string {
  const cell = (value: HParam | null): string => String(value ?? '').replaceAll('|', '\\|');
  const rows = Object.entries(entries).map(([name, value]) => `| ${name} | ${cell(value)} |`);
  return ['| | |', '|---|---|', ...rows].join('\n');
}
