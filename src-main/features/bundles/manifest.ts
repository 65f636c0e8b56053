import { z } from 'zod';

import { datasetSchema, splitNameSchema, type SplitName } from '#contract/dataset.ts';
import { hasControls } from '#contract/name.ts';
import { runStateSchema } from '#contract/run.ts';
import { runConfigSchema } from '#contract/run-config.ts';

import { findingOf } from '../../db/migrations/0320-stored-facts.ts';
import { storedFindingSchema } from '../datasets/quality/findings.ts';

/*
 * A bundle is a tar archive (POSIX ustar, pax for large files), not compressed: weights do not get smaller. One that gzip has compressed is
 * read too. Its entries are exactly those of the manifest, which is the first of them, in its order:
 *
 *   manifest.json                    format, version, the runs, experiments (from format 4 on with all runs that were planned) and
 *                                    datasets, name, size and sha256 of each entry; last the sha256 over its own JSON without that
 *                                    field (not in format 1)
 *   runs/<runId>/run.json            the run's rows (record.ts), of all runs before anything else; before format 5 with sentences in
 *                                    place of kinds and facts, as the findings of the datasets are
 *   runs/<runId>/<file>              its weights and checkpoints (core/model/weights-file.ts)
 *   datasets/<hash>/<split>.labels   without the data: of each split that its runs have judged reviews of, the labels of all of
 *                                    its reviews (core/table/label-bits.ts); not before format 3
 *   datasets/<hash>/reviews.jsonl    with the data only: a review a line
 *   datasets/<hash>/words.json       and the words by rank, where the reviews are ids
 *   blobs/<sha256>                   embedding tables and predictions, named by their content
 */

export const BUNDLE_FORMAT = 'twofold-bundle';
/** Grows with every change of what is written, an added field too: nothing may be left behind without a word. */
export const BUNDLE_VERSION = 5;
export const MANIFEST_NAME = 'manifest.json';

/** Files of a run's folder that travel: what is needed to predict, to go on and to repeat the first steps. */
export const runFiles = [
  'last.ckpt',
  'within-epoch.ckpt',
  'best.weights',
  'start.weights',
] as const;
export type RunFile = (typeof runFiles)[number];

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const idSchema = z.string().regex(/^[a-z0-9]{1,64}$/);
/** Names may be made longer than a person can type them. */
export const storedNameSchema = z
  .string()
  .min(1)
  .max(1000)
  .refine((name) => !hasControls(name));

const datasetIdentitySchema = z.strictObject({
  ...datasetSchema.pick({
    format: true,
    splits: true,
    hasTexts: true,
    pipeline: true,
    hasWords: true,
    vocabularySize: true,
    createdAt: true,
  }).shape,
  name: storedNameSchema,
  contentHash: sha256Schema,
  findings: z.array(storedFindingSchema.transform(findingOf)),
  /** The sentences of the findings, before format 5. */
  warnings: z.array(z.string()).optional(),
  /** Of the encoded reviews, where the bundle brings them: other ids would be other data to the runs. */
  encodedHash: sha256Schema.nullable(),
});
export type DatasetIdentity = Readonly<z.infer<typeof datasetIdentitySchema>>;

/** A column of JSON: carried as it stands, once it is what it should be. */
export const jsonSchema = (schema: z.ZodType) =>
  z
    .string()
    .max(100_000)
    .refine((text) => {
      try {
        return schema.safeParse(JSON.parse(text)).success;
      } catch {
        return false;
      }
    });

const flag = z.union([z.literal(0), z.literal(1)]);

/** A run of an experiment's plan, whether the bundle has it or not. */
const plannedRunSchema = z.strictObject({
  run_id: idSchema,
  name: storedNameSchema,
  state: runStateSchema,
  experiment_round: z.int().min(0),
  config: jsonSchema(runConfigSchema),
  created_at: z.string().max(100),
  is_in_trash: flag,
  /** When its state was as it says. */
  noted_at: z.string().max(100),
});
export type PlannedRunRecord = Readonly<z.infer<typeof plannedRunSchema>>;

const experimentSchema = z.strictObject({
  experiment_id: idSchema,
  name: storedNameSchema,
  created_at: z.string().max(100),
  looks: z.int().min(1).max(20),
  margin_points: z.number().min(0).max(10).nullable(),
  is_named: flag,
  /** Left out where it is not known, and before format 4. */
  plan: z.array(plannedRunSchema).max(100_000).readonly().optional(),
});
export type ExperimentRecord = Readonly<z.infer<typeof experimentSchema>>;

const bundledRunSchema = z.strictObject({
  runId: idSchema,
  name: storedNameSchema,
  datasetHash: sha256Schema,
  experimentId: idSchema.nullable(),
});
export type BundledRun = Readonly<z.infer<typeof bundledRunSchema>>;

const entrySchema = z.strictObject({
  name: z.string().max(200),
  bytes: z.int().min(0),
  sha256: sha256Schema,
});
export type Entry = Readonly<z.infer<typeof entrySchema>>;

/** What tells a bundle, and whether this program is new enough for it, before the rest is looked at. */
export const manifestHeadSchema = z.looseObject({
  format: z.literal(BUNDLE_FORMAT),
  version: z.int().min(1),
  twofold: z.string().max(100),
});

export const manifestSchema = z
  .strictObject({
    format: z.literal(BUNDLE_FORMAT),
    version: z.int().min(1).max(BUNDLE_VERSION),
    /** The program that wrote it, and its database's version. */
    twofold: z.string().max(100),
    schema: z.int(),
    createdAt: z.string().max(100),
    runs: z.array(bundledRunSchema).min(1).max(1000),
    experiments: z.array(experimentSchema).max(1000),
    datasets: z.array(datasetIdentitySchema).min(1).max(1000),
    entries: z.array(entrySchema).max(2_000_000),
  })
  .refine(isWhole);
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** What an entry is, told by its name; null for one that no bundle has. */
export type EntryKind =
  | Readonly<{ kind: 'record'; runId: string }>
  | Readonly<{ kind: 'file'; runId: string; file: RunFile }>
  | Readonly<{ kind: 'labels'; contentHash: string; split: SplitName }>
  | Readonly<{ kind: 'reviews' | 'words'; contentHash: string }>
  | Readonly<{ kind: 'blob'; hash: string }>;

export function kindOf(name: string): EntryKind | null {
  const [folder = '', id = '', file = '', ...more] = name.split('/');
  if (more.length > 0) return null;
  if (folder === 'blobs' && file === '' && name === blobName(id) && isHash(id)) {
    return { kind: 'blob', hash: id };
  }
  if (folder === 'runs' && idSchema.safeParse(id).success) {
    if (file === 'run.json') return { kind: 'record', runId: id };
    const known = runFiles.find((candidate) => candidate === file);
    return known === undefined ? null : { kind: 'file', runId: id, file: known };
  }
  if (folder === 'datasets' && isHash(id)) {
    if (file === 'reviews.jsonl') return { kind: 'reviews', contentHash: id };
    if (file === 'words.json') return { kind: 'words', contentHash: id };
    const split = splitNameSchema.options.find((name) => name + labelsEnding === file);
    if (split !== undefined) return { kind: 'labels', contentHash: id, split };
  }
  return null;
}

export const recordName = (runId: string): string => `runs/${runId}/run.json`;
export const fileName = (runId: string, file: RunFile): string => `runs/${runId}/${file}`;
export const blobName = (hash: string): string => `blobs/${hash}`;
export const reviewsName = (contentHash: string): string => `datasets/${contentHash}/reviews.jsonl`;
export const labelsName = (contentHash: string, split: SplitName): string =>
  `datasets/${contentHash}/${split}${labelsEnding}`;
const labelsEnding = '.labels';
export const wordsName = (contentHash: string): string => `datasets/${contentHash}/words.json`;

const isHash = (text: string): boolean => sha256Schema.safeParse(text).success;

/** In this order: what is small and decides first, what is stored before it is referred to last. */
const ranks = { record: 0, file: 1, labels: 2, reviews: 3, words: 3, blob: 4 } as const;

/** Every entry of a known name and once, in order; every run with its record, its dataset and its experiment. */
function isWhole(manifest: {
  runs: readonly BundledRun[];
  experiments: readonly ExperimentRecord[];
  datasets: readonly DatasetIdentity[];
  entries: readonly Entry[];
}): boolean {
  const runIds = new Set(manifest.runs.map(({ runId }) => runId));
  const hashes = new Set(manifest.datasets.map(({ contentHash }) => contentHash));
  const experiments = new Set(manifest.experiments.map((item) => item.experiment_id));
  const names = new Set(manifest.entries.map(({ name }) => name));
  if (names.size !== manifest.entries.length || runIds.size !== manifest.runs.length) return false;
  let rank = 0;
  for (const { name, sha256 } of manifest.entries) {
    const entry = kindOf(name);
    if (entry === null || ranks[entry.kind] < rank) return false;
    rank = ranks[entry.kind];
    if (entry.kind === 'blob' && entry.hash !== sha256) return false;
    if ('runId' in entry && !runIds.has(entry.runId)) return false;
    if ('contentHash' in entry && !hashes.has(entry.contentHash)) return false;
  }
  const planned = manifest.experiments.flatMap(({ experiment_id, plan = [] }) =>
    plan.map(({ run_id }): [string, string] => [run_id, experiment_id]),
  );
  const experimentOf = new Map(planned);
  if (experimentOf.size !== planned.length) return false;
  return manifest.runs.every(
    ({ runId, datasetHash, experimentId }) =>
      names.has(recordName(runId)) &&
      hashes.has(datasetHash) &&
      (experimentId === null || experiments.has(experimentId)) &&
      (experimentOf.get(runId) ?? experimentId) === experimentId,
  );
}
