import { z } from 'zod';

import { expectedSchema, planSchema, tagSchema, versionsSchema } from '#contract/run.ts';
import { runConfigSchema } from '#contract/run-config.ts';
import { branchSchema } from '#contract/snapshot.ts';

import { lineOf, reasonOf } from '../../db/migrations/0320-stored-facts.ts';
import { jsonSchema as json, sha256Schema, storedNameSchema } from './manifest.ts';

/** The columns of a run's rows as the database has them; those that hold in one home only (keys, who trains it) are not among them. */

const whole = z.int().min(0);
/** SQLite keeps infinities, JSON does not. */
const figure = z.union([
  z.number(),
  z.literal('Infinity').transform(() => Infinity),
  z.literal('-Infinity').transform(() => -Infinity),
]);
const loss = figure.refine((value) => value >= 0);
const share = z.number().min(0).max(1);
const date = z.string().max(100);
const flag = z.union([z.literal(0), z.literal(1)]);

export const runColumnsSchema = z.strictObject({
  run_id: z.string(),
  name: storedNameSchema,
  state: z.enum(['paused', 'stopped', 'finished', 'diverged', 'failed', 'interrupted']),
  reason: z.string().max(20_000).transform(reasonOf).nullable(),
  experiment_id: z.string().nullable(),
  experiment_round: whole,
  variant: z.enum(['A', 'B']).nullable(),
  config: json(runConfigSchema),
  parameters: whole,
  plan: json(planSchema).nullable(),
  versions: json(versionsSchema).nullable(),
  expected: json(expectedSchema).nullable(),
  colour_slot: whole.max(1000),
  best_epoch: whole.nullable(),
  weights_hash: sha256Schema.nullable(),
  best_weights_hash: sha256Schema.nullable(),
  last_train_accuracy: share.nullable(),
  best_train_accuracy: share.nullable(),
  trained_seconds: z.number().min(0),
  created_at: date,
  started_at: date.nullable(),
  ended_at: date.nullable(),
  tags: json(z.array(tagSchema).max(1000)),
  note: z.string().max(100_000),
  is_favourite: flag,
});

export const epochColumnsSchema = z.strictObject({
  epoch: whole,
  last_step: whole,
  seconds: figure,
  loss: loss.nullable(),
  accuracy: share.nullable(),
  val_loss: loss.nullable(),
  val_accuracy: share.nullable(),
  test_loss: loss.nullable(),
  test_accuracy: share.nullable(),
  train_seconds: figure,
  eval_seconds: figure,
  train_samples_per_second: figure,
  eval_samples_per_second: figure,
  memory_bytes: whole,
  tensor_count: whole.nullable(),
});

const bytesAStep = 24;

export const stepBlockColumnsSchema = z.strictObject({
  first_step: whole,
  epoch: whole,
  /** Base64. */
  figures: z
    .string()
    .max(100_000_000)
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((bytes) => bytes.length > 0 && bytes.length % bytesAStep === 0),
});

export const predictionColumnsSchema = z.strictObject({
  epoch: whole,
  split: z.enum(['train', 'test', 'validation']),
  count: whole,
  blob_hash: sha256Schema,
});

/** Without its id, which is told by the run, the epoch and the branch. */
export const snapshotColumnsSchema = z.strictObject({
  branch: branchSchema,
  epoch: whole,
  rows: whole,
  dims: whole,
  blob_hash: sha256Schema,
});

export const logColumnsSchema = z.strictObject({
  seq: whole,
  at: date,
  level: z.enum(['info', 'warning', 'error']),
  text: z.string().max(20_000).transform(lineOf),
});

export const runRecordSchema = z.strictObject({
  run: runColumnsSchema,
  epochs: z.array(epochColumnsSchema).max(20_000),
  step_blocks: z.array(stepBlockColumnsSchema).max(10_000_000),
  predictions: z.array(predictionColumnsSchema).max(100_000),
  snapshots: z.array(snapshotColumnsSchema).max(100_000),
  log_lines: z.array(logColumnsSchema).max(20_000),
  /** A bag of words in bundles of earlier versions; it is trained where it is looked at. Their readers need the field. */
  baseline: z.unknown().transform(() => null),
});
export type RunRecord = Readonly<z.infer<typeof runRecordSchema>>;

/** As bytes of JSON; the same rows give the same bytes. */
export function encodeRecord({ step_blocks: blocks, ...rows }: RunRecord): Buffer {
  const step_blocks = blocks.map(({ figures, ...block }) => ({
    ...block,
    figures: figures.toString('base64'),
  }));
  const text = JSON.stringify({ ...rows, step_blocks }, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
  return Buffer.from(text);
}

/** Throws where the bytes are no record. */
export const decodeRecord = (bytes: Uint8Array): RunRecord =>
  runRecordSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));

/** The record without what names blobs that are missing or damaged here. */
export function withoutLost(record: RunRecord, isSound: (blobHash: string) => boolean): RunRecord {
  const whole = ({ blob_hash }: Readonly<{ blob_hash: string }>): boolean => isSound(blob_hash);
  return {
    ...record,
    predictions: record.predictions.filter(whole),
    snapshots: record.snapshots.filter(whole),
  };
}

/** Hashes of the blobs that a run's rows name, with the bytes that each must have. */
export function blobsOf(record: RunRecord): ReadonlyMap<string, number> {
  return new Map([
    ...record.predictions.map((row): [string, number] => [row.blob_hash, row.count * 8]),
    ...record.snapshots.map((row): [string, number] => [row.blob_hash, row.rows * row.dims * 4]),
  ]);
}
