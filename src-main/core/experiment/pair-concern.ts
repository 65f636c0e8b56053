import type { Concern, ConcernReason } from '#contract/comparison.ts';
import type { RunConfig } from '#contract/run-config.ts';
import * as m from '#messages';

import { startable, type FairRun, type KnownRuns } from './fair-run.ts';
import { factorNames } from './grouping.ts';

/** What makes a model; runs that differ in it are what is compared. */
const modelFields = new Set<string>([...factorNames, 'variant', 'branches']);
/** Which reviews are learnt from, and which choose the epoch. */
const splitFields = new Set<string>(['validation', 'limit', 'subset']);
const stoppingFields = new Set<string>(['epochs', 'patience', 'minDelta']);
/** Fields that change neither what is learnt nor what it is measured on. */
const indifferentFields = new Set<string>(['threads', 'backend', 'snapshots']);

/** What differs between two runs beside what is compared, and the run that would stand between them. */
export function pairConcern(first: FairRun, other: FairRun, known: KnownRuns): Concern[] {
  const differing = (Object.keys(first.config) as (keyof RunConfig)[]).filter(
    (field) => first.config[field] !== other.config[field] && !indifferentFields.has(field),
  );
  const model = differing.filter((field) => modelFields.has(field));
  const stopping = differing.filter((field) => stoppingFields.has(field));
  const split = differing.filter((field) => splitFields.has(field));
  const rest = differing.filter(
    (field) =>
      ![...model, ...stopping, ...split].includes(field) && (field !== 'seed' || model.length > 0),
  );
  const things = (model.length > 0 ? 1 : 0) + (stopping.length > 0 ? 1 : 0) + rest.length;
  const reasons: ConcernReason[] = [];
  if (first.datasetHash !== other.datasetHash)
    reasons.push({ kind: 'data', sentence: m.experiments_unfair_data(), fields: [] });
  if (split.includes('limit'))
    reasons.push({ kind: 'reviews', sentence: m.experiments_unfair_reviews(), fields: ['limit'] });
  if (split.includes('subset'))
    reasons.push({ kind: 'reviews', sentence: m.experiments_unfair_subset(), fields: ['subset'] });
  if (split.includes('validation'))
    reasons.push({
      kind: 'validation',
      sentence: m.experiments_unfair_validation(),
      fields: ['validation'],
    });
  if (things > 1 && stopping.length > 0)
    reasons.push({ kind: 'stopping', sentence: m.experiments_unfair_stopping(), fields: stopping });
  if (things > 1 && rest.length > 0)
    reasons.push({ kind: 'confounded', sentence: m.experiments_unfair_confounded(), fields: rest });
  if (reasons.length === 0) return [];
  // Without a difference of the model, only the reader knows which of the fields is the question.
  const back = model.length > 0 ? [...split, ...stopping, ...rest] : split;
  const config = { ...other.config, ...only(first.config, back) };
  const isOther = first.datasetHash !== other.datasetHash || back.length > 0;
  const missing = startable(first.dataset, first.datasetHash, config, known);
  return [
    {
      runIds: [first.runId, other.runId],
      isBarrier: reasons.some(({ kind }) => barriers.has(kind)),
      reasons,
      remedy: isOther && missing.runId !== first.runId ? { kind: 'start', runs: [missing] } : null,
    },
  ];
}

const barriers = new Set<ConcernReason['kind']>(['data', 'reviews', 'validation']);

const only = (config: RunConfig, fields: readonly (keyof RunConfig)[]): Partial<RunConfig> =>
  Object.fromEntries(fields.map((field) => [field, config[field]]));
