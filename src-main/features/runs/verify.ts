import { existsSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';

import { AppError } from '#contract/failure.ts';
import { decodeWeightsFile, weightsHash } from '#core/weights-file.ts';
import { weightLayout } from '#core/weight-layout.ts';
import * as m from '#messages';

import type { ReadDb } from '../../db/handles.ts';
import type { DatasetsPort, Verification } from '../services.ts';
import { isUnderway } from './follow.ts';
import { checkpointFile, startWeightsFile } from './places.ts';
import { listFirstSteps, type StepFigures } from './results-store.ts';
import { toRun, type RunRow } from './rows.ts';
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
  const { config, plan, versions, datasetHash } = toRun(row, []);
  const stored = listFirstSteps(parts.db, row.run_key, mostSteps);
  if (plan === null || stored.length === 0) {
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
      steps: stored.length,
      ...(config.startFrom === 'none'
        ? {}
        : { startPath: startWeightsFile(parts.home, row.run_id) }),
    },
    'verified',
  );
  const difference =
    differenceOf(stored, repeated) ??
    (isWhole(parts.db, row, stored.length)
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
  return {
    steps: stored.length,
    identical: difference === null,
    reason: otherVersion === null ? difference : `${difference ?? ''} ${otherVersion}`,
  };
}

function differenceOf(
  stored: readonly StepFigures[],
  repeated: Readonly<{ loss: Float32Array; gradientNorm: Float32Array }>,
): string | null {
  for (const [index, { step, loss, gradientNorm }] of stored.entries()) {
    if (step !== index + 1) return m.runs_verify_step_missing({ step: index + 1 });
    const pairs = [
      [m.runs_verify_loss_differs, loss, repeated.loss[index]],
      [m.runs_verify_norm_differs, gradientNorm, repeated.gradientNorm[index]],
    ] as const;
    for (const [sentence, before, now] of pairs) {
      if (isSame(before, now ?? Number.NaN)) continue;
      return sentence({ step, stored: before ?? Number.NaN, repeated: now ?? Number.NaN });
    }
  }
  return null;
}

/** SQLite holds NaN as NULL. */
const isSame = (stored: number | null, repeated: number): boolean =>
  Object.is(stored ?? Number.NaN, repeated);

/** Whether the run has ended and its last weights are those after `steps` steps. */
function isWhole(db: ReadDb, row: RunRow, steps: number): boolean {
  if (isUnderway(row.state)) return false;
  const last = db
    .prepare(
      `SELECT (SELECT MAX(step) FROM steps WHERE run_key = @runKey) AS step,
         (SELECT MAX(last_step) FROM epochs WHERE run_key = @runKey) AS epochStep`,
    )
    .get({ runKey: row.run_key }) as { step: number | null; epochStep: number | null };
  return last.step === steps && last.epochStep === steps;
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

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
