import { AppError } from '#contract/failure.ts';
import type { Estimate } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';
import type { Sweep } from '#contract/sweep.ts';
import { coresOf, runsAtOnce, type Machine } from '#core/queue/admission.ts';
import { besideEpochsSeconds, epochsLeft, queueSeconds, type Span } from '#core/queue/duration.ts';
import { expandSweep, type ExpandedSweep } from '#core/sweep/expand.ts';
import { sweepTitle } from '#core/sweep/title.ts';

import type { ExperimentsService, RunsService, SweepsService } from '../services.ts';

export function createSweepsService(
  options: Readonly<{
    runs: Pick<RunsService, 'enqueue' | 'estimate' | 'assertStartable'>;
    experiments: Pick<ExperimentsService, 'get'>;
    machine: () => Machine;
    /** Of settings. */
    atOnce: () => number | 'auto';
  }>,
): SweepsService {
  const { runs, experiments } = options;
  return {
    requestOf,
    start(request) {
      const [first] = runs.enqueue(requestOf(request));
      return experiments.get({ experimentId: first?.experimentId ?? '' });
    },
    estimate({ datasetId, sweep, name, looks }) {
      const { configs, dropped } = expanded(sweep);
      runs.assertStartable({ datasetId, configs, name, looks });
      const known = new Map<string, Estimate>();
      const estimates = configs.map((config) => {
        const key = JSON.stringify({ ...config, seed: 0 });
        const estimate = known.get(key) ?? runs.estimate({ datasetId, config });
        known.set(key, estimate);
        return estimate;
      });
      const machine = options.machine();
      const peakMemoryBytes = Math.max(...estimates.map((estimate) => estimate.peakMemoryBytes));
      const cores = Math.max(...configs.map((config) => coresOf(config, machine.cores)));
      const demand = { memoryBytes: peakMemoryBytes, cores };
      const atOnce = runsAtOnce(demand, machine, options.atOnce());
      return {
        runs: configs.length,
        repeated: dropped,
        seconds: [
          ...queueSeconds(
            configs.map((config, index) => spanOf(config, estimates[index])),
            atOnce,
          ),
        ],
        peakMemoryBytes,
        diskBytes: estimates.reduce((sum, { diskBytes }) => sum + diskBytes, 0),
        diskFreeBytes: estimates[0]?.diskFreeBytes ?? 0,
        atOnce,
        basis: weakest(estimates),
      };
    },
  };
}

const requestOf: SweepsService['requestOf'] = ({ datasetId, sweep, ...planned }) => ({
  datasetId,
  configs: expanded(sweep).configs,
  ...planned,
  title: sweepTitle(sweep),
});

function expanded(sweep: Sweep): Extract<ExpandedSweep, { ok: true }> {
  const result = expandSweep(sweep);
  if (result.ok) return result;
  const [first] = result.errors;
  throw new AppError(
    'invalid',
    result.errors
      .map(({ field, message }) => (field === '' ? message : `${field}: ${message}`))
      .join(' '),
    first === undefined || first.field === '' ? {} : { field: first.field },
  );
}

function spanOf(config: RunConfig, estimate: Estimate | undefined): Span {
  const [low, high] = epochsLeft(config);
  const seconds = estimate?.secondsPerEpoch ?? 0;
  return [low * seconds + besideEpochsSeconds, high * seconds + besideEpochsSeconds];
}

const bases = ['assumed', 'measured', 'probed'] as const;

const weakest = (estimates: readonly Estimate[]): Estimate['basis'] =>
  bases.find((basis) => estimates.some((estimate) => estimate.basis === basis)) ?? 'assumed';
