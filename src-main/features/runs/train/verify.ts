import { existsSync, readFileSync } from 'node:fs';

import { AppError } from '#contract/failure.ts';
import { decodeWeightsFile, weightsHash } from '#core/model/weights-file.ts';
import { weightLayout } from '#core/model/weight-layout.ts';
import * as m from '#messages';

import type { ReadDb } from '../../../db/handles.ts';
import { engineVersion } from '../../../core/model/engine-version.ts';
import type { DatasetsPort, Verification } from '../../services.ts';
import { sha256 } from '../../files/sha256.ts';
import { isOfOtherEngine } from './engine.ts';
import { isUnderway } from './follow.ts';
import { checkpointFile, startWeightsFile } from '../store/places.ts';
import { assertSound, toRun, type RunRow } from '../store/rows.ts';
import { lastStepOf, readSteps, type StepSeries } from '../results/steps-store.ts';
import type { Trainer } from './trainer.ts';

/** Enough for dropout, order and optimiser to matter, and half a minute at the largest usual setting. */
const mostSteps = 20;

/**
 * Repeats a run's first steps in a child of its own and compares losses and gradient norms with the stored ones, bit for bit;
 * where the run has only these steps, its weights too.
 */
export async function verifyRun(
  parts: Readonly<{ db: ReadDb; datasets: DatasetsPort; trainer: Trainer; home: string }>,
  row: RunRow,
): Promise<Verification> {
  assertSound(row);
  const { config, plan, versions, datasetHash } = toRun(row, []);
  const stored = {
    loss: readSteps(parts.db, row.run_key, 'loss', 1, mostSteps),
    gradientNorm: readSteps(parts.db, row.run_key, 'gradientNorm', 1, mostSteps),
  };
  const count = stored.loss.steps.length;
  if (plan === null || count === 0) {
    throw new AppError('notFound', m.runs_verify_no_steps({ name: row.name }));
  }
  const dataPath = await parts.datasets.encodedPath(row.dataset_id);
  const repeated = await parts.trainer.ask(
    {
      kind: 'verify',
      runId: row.run_id,
      config,
      plan,
      dataPath,
      datasetHash,
      steps: count,
      ...(config.startFrom === 'none'
        ? {}
        : { startPath: startWeightsFile(parts.home, row.run_id) }),
    },
    'verified',
  );
  const difference =
    differenceOf(stored, repeated) ??
    (isWhole(parts.db, row, count)
      ? weightsDifference(row, parts.home, config, repeated.weightsHash)
      : null);
  const known = versions?.tensorflow ?? null;
  const otherVersion =
    difference === null || known === repeated.tensorflow
      ? null
      : m.runs_verify_other_version({
          trained: known ?? m.runs_verify_no_tensorflow(),
          here: repeated.tensorflow ?? 'wasm',
        });
  const engine = { trained: versions?.engine ?? null, here: engineVersion };
  let otherEngine: string | null = null;
  if (isOfOtherEngine({ versions }))
    otherEngine = m.runs_verify_other_engine({ trained: engine.trained ?? 0, here: engine.here });
  else if (engine.trained === null && difference !== null)
    otherEngine = m.runs_verify_unknown_engine();
  const reason = [difference, otherVersion, otherEngine].filter((said) => said !== null);
  return {
    steps: count,
    identical: difference === null,
    reason: reason.length === 0 ? null : reason.join(' '),
    engine,
  };
}

function differenceOf(
  stored: Readonly<{ loss: StepSeries; gradientNorm: StepSeries }>,
  repeated: Readonly<{ loss: Float32Array; gradientNorm: Float32Array }>,
): string | null {
  for (const [index, step] of stored.loss.steps.entries()) {
    if (step !== index + 1) return m.runs_verify_step_missing({ step: index + 1 });
    const pairs = [
      [m.runs_verify_loss_differs, stored.loss, repeated.loss],
      [m.runs_verify_norm_differs, stored.gradientNorm, repeated.gradientNorm],
    ] as const;
    for (const [sentence, { values }, now] of pairs) {
      const figures = { stored: values[index] ?? Number.NaN, repeated: now[index] ?? Number.NaN };
      if (!Object.is(figures.stored, figures.repeated)) return sentence({ step, ...figures });
    }
  }
  return null;
}

/** Whether the run has ended and its last weights are those after `steps` steps. */
function isWhole(db: ReadDb, row: RunRow, steps: number): boolean {
  if (isUnderway(row.state)) return false;
  const epochStep = db
    .prepare('SELECT MAX(last_step) FROM epochs WHERE run_key = ?')
    .pluck()
    .get(row.run_key);
  return lastStepOf(db, row.run_key)?.step === steps && epochStep === steps;
}

function weightsDifference(
  row: RunRow,
  home: string,
  config: Parameters<typeof weightLayout>[0],
  repeated: string,
): string | null {
  if (row.weights_hash !== null && row.weights_hash !== repeated) {
    return m.runs_verify_other_hash();
  }
  const file = checkpointFile(home, row.run_id);
  if (!existsSync(file)) return null;
  let tensors: ReturnType<typeof decodeWeightsFile>['tensors'];
  try {
    ({ tensors } = decodeWeightsFile(readFileSync(file), sha256));
  } catch (error) {
    return m.runs_verify_no_checkpoint({
      reason: error instanceof Error ? error.message : String(error),
    });
  }
  const names = new Set(weightLayout(config).map(({ name }) => name));
  const weights = tensors.filter(({ name }) => names.has(name));
  return weightsHash(weights, sha256) === repeated ? null : m.runs_verify_other_weights();
}
