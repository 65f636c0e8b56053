import type { Answer, Experiment, Judgement } from '#contract/experiment.ts';
import { AppError } from '#contract/failure.ts';
import type { ParsedInput } from '#contract/index.ts';
import type { RunSummary } from '#contract/run.ts';
import { groupByConfiguration, kindOf, sidesOf, strataOf } from '#core/experiment/grouping.ts';
import { currentLanguage } from '#core/wording/language.ts';
import * as m from '#messages';

import type { ReadDb } from '../../db/handles.ts';
import { resolveName } from '../resolve.ts';
import { isUnderway } from '../runs/train/follow.ts';
import type { ExperimentsService, RunsService } from '../services.ts';
import { judgeRuns } from './judge.ts';
import { createJudgedCache } from './judged-cache.ts';
import type { Band } from './verdict-sentence.ts';
import {
  experimentNames,
  findExperiment,
  listExperiments,
  membersOf,
  type ExperimentRow,
} from './store.ts';

/** So many experiments are looked through for answers, and so many verdicts are kept. */
const mostKnown = 50;

export function createExperimentsService(
  options: Readonly<{
    db: ReadDb;
    runs: Pick<
      RunsService,
      'list' | 'summary' | 'judged' | 'baselinesOf' | 'enqueueInto' | 'stopAndWait' | 'remove'
    >;
    /** Of settings: the band of runs for which none was fixed. */
    marginPoints: () => number;
  }>,
): ExperimentsService {
  const { db, runs, marginPoints } = options;
  const read = createJudgedCache(runs.judged);

  function existing(row: ExperimentRow): RunSummary[] {
    const byId = new Map(runs.list({ runIds: row.runIds }).map((run) => [run.runId, run]));
    return row.runIds.flatMap((runId) => byId.get(runId) ?? []);
  }

  function found(experimentId: string): ExperimentRow {
    const row = findExperiment(db, experimentId);
    if (row === null || existing(row).length === 0) throw unknown(experimentId);
    return row;
  }

  function find(experimentId: string): Experiment | null {
    const row = findExperiment(db, experimentId);
    const members = row === null ? [] : existing(row);
    return row === null || members.length === 0 ? null : toExperiment(row, members);
  }

  /** In the words of one language; of runs that have not changed since. */
  const answered = new Map<string, Judgement>();

  async function answer(row: ExperimentRow): Promise<Judgement | null> {
    const members = existing(row);
    const states = members.map(({ runId, state, last }) => [runId, state, last?.epoch]);
    const facts = [currentLanguage(), marginPoints(), row, states];
    const key = JSON.stringify(facts);
    const known = answered.get(key);
    if (known !== undefined) return known;
    try {
      const finished = members.filter(({ state }) => state === 'finished');
      const judgement = { ...(await judge(finished, 'best', undefined, row)), stableFlips: [] };
      // Reviews that are not here may come.
      if (judgement.verdict.state !== 'notComparable' || judgement.strata !== null)
        answered.set(key, judgement);
      for (const oldest of answered.keys()) {
        if (answered.size <= mostKnown) break;
        answered.delete(oldest);
      }
      return judgement;
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }

  async function bagOfWords(runIds: readonly string[]): Promise<number | null> {
    const [first] = await runs.baselinesOf(runIds, { isTrained: false });
    return first?.runIds.length === runIds.length ? first.baseline.accuracy : null;
  }

  async function answers({ judged }: ParsedInput<'experiments.answers'>): Promise<Answer[]> {
    const all: Answer[] = [];
    for (const row of listExperiments(db, mostKnown)) {
      const { experimentId, name, createdAt } = row;
      const members = membersOf(db, experimentId);
      const groups = groupByConfiguration([...members, ...row.absent]);
      if (sidesOf(groups) === null && strataOf(groups) === null) continue;
      const runIds = members.filter(({ state }) => state === 'finished').map(({ runId }) => runId);
      all.push({
        ...{ experimentId, name, createdAt },
        runIds,
        planned: members.length,
        isUnderway: members.some(({ state }) => isUnderway(state)),
        ...(all.length < judged
          ? { judgement: await answer(row), bagOfWords: await bagOfWords(runIds) }
          : { judgement: null, bagOfWords: null }),
      });
    }
    return all;
  }

  function judge(
    summaries: readonly RunSummary[],
    weights: 'best' | 'last',
    tried?: number,
    /** Whose runs these are, where that is known although there may be none of them yet. */
    of?: ExperimentRow,
  ): Promise<Judgement> {
    const experimentIds = new Set(summaries.flatMap(({ experimentId }) => experimentId ?? []));
    const experiments =
      of === undefined ? [...experimentIds].flatMap((id) => findExperiment(db, id) ?? []) : [of];
    const planned = experiments.flatMap((row) => [...row.runIds.map(runs.summary), ...row.absent]);
    const [only, ...others] = experiments;
    return judgeRuns(read, summaries, {
      weights,
      planned,
      isKnown: experiments.every(({ isPlanKnown }) => isPlanKnown),
      band: bandOf(summaries, experiments, tried),
      // Runs of several starts were not planned together.
      looks: only === undefined || others.length > 0 ? 1 : only.looks,
    });
  }

  /** Of one experiment, or of several with the same one: fixed before they started. */
  function bandOf(
    summaries: readonly RunSummary[],
    experiments: readonly ExperimentRow[],
    tried: number | undefined,
  ): Band {
    if (tried !== undefined) return { margin: tried / 100, marginFrom: 'whatIf' };
    const fixed = experiments[0]?.marginPoints ?? null;
    const isPlanned =
      fixed !== null &&
      summaries.every(({ experimentId }) => experimentId !== null) &&
      experiments.every((row) => row.marginPoints === fixed);
    return isPlanned
      ? {
          margin: fixed / 100,
          marginFrom: experiments.every((row) => row.isPlanKnown) ? 'plan' : 'unknown',
        }
      : { margin: marginPoints() / 100, marginFrom: 'settings' };
  }

  /** Every configuration of the experiment with the seeds that follow its last one. */
  function extend({ experimentId, seedCount }: ParsedInput<'experiments.extend'>): Experiment {
    const row = found(experimentId);
    const members = [...row.runIds.map(runs.summary), ...row.absent];
    const seeds = members.map(({ config }) => config.seed);
    const last = seeds.reduce((highest, seed) => Math.max(highest, seed), 0);
    const [first] = existing(row);
    const groups = groupByConfiguration(members);
    const configs = Array.from({ length: seedCount }, (_, index) => last + index + 1).flatMap(
      (seed) => groups.map(({ config }) => ({ ...config, seed })),
    );
    runs.enqueueInto({
      datasetId: first?.dataset ?? '',
      configs,
      plan: {
        experimentId,
        round: 1 + members.reduce((most, run) => Math.max(most, run.experimentRound), 0),
        name: row.isNamed ? row.name : null,
        configs: members.map(({ config }) => config),
        names: members.map(({ name }) => name),
      },
    });
    const extended = found(experimentId);
    return toExperiment(extended, existing(extended));
  }

  async function retract({ runIds }: ParsedInput<'experiments.retract'>) {
    const planned = runIds.map(runs.summary).filter(({ experimentRound }) => experimentRound === 0);
    if (planned.length > 0) {
      const names = planned.map(({ name }) => `"${name}"`).join(', ');
      throw new AppError('invalid', m.experiments_not_added({ names }));
    }
    await Promise.all(runIds.map((runId) => runs.stopAndWait({ runId })));
    return runs.remove({ runIds });
  }

  return {
    list: () => listExperiments(db).map((row) => toExperiment(row, existing(row))),
    get({ experimentId }) {
      const experiment = find(experimentId);
      if (experiment === null) throw unknown(experimentId);
      return experiment;
    },
    answers,
    find,
    resolve: (nameOrId) => resolveName('experiment', nameOrId, experimentNames(db)),
    judgeExperiment(experimentId, weights) {
      const row = found(experimentId);
      const finished = existing(row).filter(({ state }) => state === 'finished');
      return judge(finished, weights, undefined, row);
    },
    judge: ({ runIds, weights, marginPoints: tried }) =>
      judge([...new Set(runIds)].map(runs.summary), weights, tried),
    extend,
    retract,
  };
}

const unknown = (experimentId: string): AppError =>
  new AppError('notFound', m.app_nothing_named({ kind: 'experiment', wanted: experimentId }));

function toExperiment(row: ExperimentRow, members: readonly RunSummary[]): Experiment {
  const { experimentId, name, isNamed, createdAt, looks, marginPoints } = row;
  return {
    experimentId,
    name,
    isNamed,
    createdAt,
    looks,
    marginPoints,
    kind: kindOf([...members, ...row.absent.filter(({ deletedAt }) => deletedAt === null)]),
    dataset: members[0]?.dataset ?? '',
    datasetName: members[0]?.datasetName ?? '',
    runs: members.map((run) => ({
      runId: run.runId,
      name: run.name,
      state: run.state,
      variant: run.variant,
      seed: run.config.seed,
      accuracy: run.best?.testAccuracy ?? null,
      ...(run.slurm === undefined ? {} : { slurm: run.slurm }),
    })),
    seeds: [...new Set(members.map(({ config }) => config.seed))].sort((a, b) => a - b),
  };
}
