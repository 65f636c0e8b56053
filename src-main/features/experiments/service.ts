import type { Experiment } from '#contract/experiment.ts';
import { AppError } from '#contract/failure.ts';
import type { RunSummary } from '#contract/run.ts';
import { kindOf } from '#core/experiment/grouping.ts';
import * as m from '#messages';

import type { ReadDb } from '../../db/handles.ts';
import { resolveName } from '../resolve.ts';
import type { ExperimentsService, RunsService } from '../services.ts';
import { judgeRuns } from './judge.ts';
import { createJudgedCache } from './judged-cache.ts';
import { findExperiment, listExperiments, type ExperimentRow } from './store.ts';

export function createExperimentsService(
  options: Readonly<{
    db: ReadDb;
    runs: Pick<RunsService, 'summary' | 'judged'>;
    marginPoints: () => number;
  }>,
): ExperimentsService {
  const { db, runs, marginPoints } = options;
  const read = createJudgedCache(runs.judged);

  function existing(row: ExperimentRow): RunSummary[] {
    return row.runIds.map(runs.summary).filter(({ deletedAt }) => deletedAt === null);
  }

  function found(experimentId: string): ExperimentRow {
    const row = findExperiment(db, experimentId);
    if (row === null || existing(row).length === 0) {
      throw new AppError(
        'notFound',
        m.app_nothing_named({ kind: 'experiment', wanted: experimentId }),
      );
    }
    return row;
  }

  function judge(summaries: readonly RunSummary[], weights: 'best' | 'last') {
    const experimentIds = new Set(summaries.flatMap(({ experimentId }) => experimentId ?? []));
    const experiments = [...experimentIds].flatMap((id) => findExperiment(db, id) ?? []);
    const planned = experiments.flatMap((row) => row.runIds);
    const [only, ...others] = experiments;
    return judgeRuns({ read, margin: marginPoints() / 100 }, summaries, {
      weights,
      planned: planned.map(runs.summary),
      // Runs of several starts were not planned together.
      looks: only === undefined || others.length > 0 ? 1 : only.looks,
    });
  }

  return {
    list: () =>
      listExperiments(db).flatMap((row) => {
        const members = existing(row);
        return members.length === 0 ? [] : [toExperiment(row, members)];
      }),
    get(experimentId) {
      const row = found(experimentId);
      return toExperiment(row, existing(row));
    },
    resolve(nameOrId) {
      const named = listExperiments(db).filter((row) => existing(row).length > 0);
      return resolveName(
        'experiment',
        nameOrId,
        named.map(({ experimentId, name }) => ({ id: experimentId, name })),
      );
    },
    judgeExperiment: (experimentId, weights) =>
      judge(
        existing(found(experimentId)).filter(({ state }) => state === 'finished'),
        weights,
      ),
    judge: (runIds, weights) => judge([...new Set(runIds)].map(runs.summary), weights),
  };
}

function toExperiment(row: ExperimentRow, members: readonly RunSummary[]): Experiment {
  const { experimentId, name, createdAt, looks } = row;
  return {
    experimentId,
    name,
    createdAt,
    looks,
    kind: kindOf(members),
    dataset: members[0]?.dataset ?? '',
    datasetName: members[0]?.datasetName ?? '',
    runs: members.map((run) => ({
      runId: run.runId,
      name: run.name,
      state: run.state,
      variant: run.variant,
      seed: run.config.seed,
      accuracy: run.best?.testAccuracy ?? null,
    })),
    seeds: [...new Set(members.map(({ config }) => config.seed))].sort((a, b) => a - b),
  };
}
