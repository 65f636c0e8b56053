import { setTimeout as pause } from 'node:timers/promises';

import { AppError, toFailure } from '#contract/failure.ts';
import type { Emit, ParsedInput } from '#contract/index.ts';
import type { RunConfigInput } from '#contract/run-config.ts';
import type { CollectedTasks, SlurmOptions } from '#contract/slurm.ts';
import { resolveConfig } from '#core/config/run-config.ts';
import { automaticName } from '#core/config/run-name.ts';

import type { WriteDb } from '../../db/handles.ts';
import { isElsewhere } from '../runs/train/elsewhere-store.ts';
import type {
  BundlesService,
  DatasetsPort,
  ExperimentsService,
  RunsService,
  SlurmProgram,
  SlurmService,
  SweepsService,
} from '../services.ts';
import { typedPath } from '../files/typed-path.ts';
import { checkCluster } from './check.ts';
import { collectTasks } from './collect.ts';
import { createSlurmCommands } from './commands.ts';
import { keepLastOptions, readLastOptions } from './last-options.ts';
import { retryFailed } from './retry.ts';
import { openTasks, removeTask } from './store.ts';
import { submitRuns } from './submit.ts';

/** While somebody waits. */
const lookEveryMs = 1000;
/** While a window is open: no faster than anybody may ask a cluster. */
const watchEveryMs = 15_000;

export function createSlurmService(
  options: Readonly<{
    db: WriteDb;
    home: string;
    runs: Pick<RunsService, 'elsewhere' | 'summary'>;
    datasets: Pick<DatasetsPort, 'get' | 'encodedPath'>;
    experiments: Pick<ExperimentsService, 'get'>;
    bundles: Pick<BundlesService, 'exportMoment' | 'importFrom'>;
    sweeps: Pick<SweepsService, 'requestOf'>;
    program: SlurmProgram;
    emit: Emit;
    now: () => Date;
    twofoldVersion: string;
  }>,
): SlurmService {
  const slurm = createSlurmCommands();
  const parts = { ...options, slurm };
  let turn: Promise<unknown> = Promise.resolve();
  let problem: string | null = null;

  function setProblem(now: string | null): void {
    if (now === problem) return;
    problem = now;
    options.emit('slurm.changed', {});
  }

  /** One at a time in this process; others may do the same meanwhile. */
  function collect({ experimentId }: ParsedInput<'slurm.collect'>): Promise<CollectedTasks> {
    const collecting = turn.then(() => collectTasks(parts, experimentId));
    turn = collecting.catch(() => undefined);
    return collecting;
  }

  async function untilOver(
    experimentId: string | undefined,
    runIds: readonly string[],
  ): Promise<void> {
    const isUnderway = (): boolean => runIds.some((runId) => isElsewhere(options.db, runId));
    while (isUnderway()) {
      await collect({ experimentId });
      if (isUnderway()) await pause(lookEveryMs);
    }
  }

  return {
    async state() {
      const lastOptions = readLastOptions(options.db);
      try {
        await slurm.assertHere();
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { isHere: false, partitions: [], lastOptions, problem };
      }
      try {
        return { isHere: true, partitions: [...(await slurm.partitions())], lastOptions, problem };
      } catch (error) {
        const { message } = toFailure(error);
        return { isHere: true, partitions: [], lastOptions, problem: problem ?? message };
      }
    },
    async start({ options: given, ...request }) {
      const wishes = withTypedShared(given);
      await slurm.assertHere();
      const created = options.runs.elsewhere.create(
        'sweep' in request
          ? options.sweeps.requestOf(request)
          : { ...request, title: titleOf(request.configs) },
      );
      const { discard } = options.runs.elsewhere;
      const submitted = await submitRuns(parts, created, wishes, discard);
      keepLastOptions(options.db, wishes);
      const experiment = options.experiments.get({ experimentId: created[0]?.experimentId ?? '' });
      return { ...experiment, slurm: submitted };
    },
    async send({ runIds, options: given }) {
      const wishes = withTypedShared(given);
      await slurm.assertHere();
      const { elsewhere, summary } = options.runs;
      const waiting = [...new Set(runIds)].map(summary);
      elsewhere.take(waiting.map(({ runId }) => runId));
      const jobs = Map.groupBy(waiting, ({ experimentId, runId }) => experimentId ?? runId);
      const left = new Set(waiting.map(({ runId }) => runId));
      try {
        for (const runs of jobs.values()) {
          await submitRuns(parts, runs, wishes, (refused) => {
            for (const runId of refused) removeTask(options.db, runId);
          });
          for (const { runId } of runs) left.delete(runId);
        }
      } finally {
        if (left.size > 0) elsewhere.putBack([...left]);
      }
      keepLastOptions(options.db, wishes);
      return waiting.map(({ runId }) => runId);
    },
    collect,
    watch() {
      const timer = setInterval(() => {
        // Slurm or the shared file system may be away just now: asked again next time.
        if (openTasks(options.db).length === 0) setProblem(null);
        else
          collect({}).then(
            ({ problems: [first] }) => {
              setProblem(first === undefined ? null : `"${first.name}": ${first.reason}`);
            },
            (error: unknown) => {
              setProblem(toFailure(error).message);
            },
          );
      }, watchEveryMs).unref();
      return async () => {
        clearInterval(timer);
        await turn;
      };
    },
    check: (wishes, watching) => checkCluster(parts, wishes, watching),
    retry({ experimentId }) {
      const { name } = options.experiments.get({ experimentId });
      return retryFailed(parts, { experimentId, name });
    },
    async stop({ experimentId }) {
      const runIds = openTasks(options.db, experimentId)
        .filter(({ isUnderway }) => isUnderway === 1)
        .map(({ runId }) => runId);
      for (const runId of runIds) options.runs.elsewhere.requestStop(runId);
      await untilOver(experimentId, runIds);
      return runIds;
    },
    end: (runId) => untilOver(options.runs.summary(runId).experimentId ?? undefined, [runId]),
  };
}

/** Whoever asks has resolved the folder, or a person typed it in a window. */
const withTypedShared = (options: SlurmOptions): SlurmOptions =>
  options.shared === undefined
    ? options
    : { ...options, shared: typedPath({ path: options.shared }).path };

/** A job is an experiment's, also where it is of one run. */
function titleOf([only, ...others]: readonly RunConfigInput[]): string | undefined {
  const resolved = others.length === 0 ? resolveConfig(only ?? {}) : null;
  return resolved?.ok === true ? automaticName(resolved.config) : undefined;
}
