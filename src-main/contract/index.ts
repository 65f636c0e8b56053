import { z } from 'zod';

import { backupSchema, homeStateSchema, restoredSchema, setAsideSchema } from './backup.ts';
import { besideBaselineSchema } from './baseline.ts';
import { bundleExportSchema, bundleImportSchema, bundleJobSchema } from './bundle.ts';
import { comparisonSchema } from './comparison.ts';
import {
  coveragePointSchema,
  datasetSchema,
  encodingChoiceSchema,
  exportJobSchema,
  exportRequestSchema,
  findingKinds,
  findingRowSchema,
  fitSchema,
  importJobSchema,
  importPreviewSchema,
  importRequestSchema,
  lengthHistogramSchema,
  originSchema,
  sampleRowSchema,
  splitNameSchema,
  unknownShareSchema,
  vocabularyOrders,
  vocabularyRowSchema,
} from './dataset.ts';
import {
  judgedReviewsSchema,
  occlusionSchema,
  runRankingSchema,
  weightsChoiceSchema,
} from './evaluation.ts';
import {
  diffColumnsSchema,
  diffExportFormats,
  diffProjectionSchema,
  diffStartSchema,
  diffSchema,
  diffSentenceRequestSchema,
  diffSentenceSchema,
  diffStateSchema,
  diffSummarySchema,
  diffTrajectoriesSchema,
  diffWordSchema,
  diffWordsRequestSchema,
  driftSchema,
  neighbourChangesSchema,
  importedOutsideSchema,
  outsideTableSchema,
  reviewDifferencesSchema,
  wordMeasures,
  wordNeighboursSchema,
} from './embedding-diff.ts';
import { experimentSchema, judgementSchema, looksSchema } from './experiment.ts';
import { curveSchema, curvesRequestSchema, figuresSchema } from './metric.ts';
import { givenNameSchema, nameSchema } from './name.ts';
import { outsideCurveSchema, outsideImportedSchema, outsideImportSchema } from './outside-curve.ts';
import { queueSchema, workSchema } from './queue.ts';
import {
  readReportSchema,
  reportFileSchema,
  reportFormatSchema,
  reportProgressSchema,
  reportSchema,
  reportSpecSchema,
} from './report.ts';
import { runConfigInputSchema } from './run-config.ts';
import {
  estimateSchema,
  logLineSchema,
  noteSchema,
  runSchema,
  runSummarySchema,
  tagSchema,
  textPredictionSchema,
} from './run.ts';
import {
  fileEntrySchema,
  marginPointsSchema,
  settingsSchema,
  systemInfoSchema,
} from './settings.ts';
import { collectedTasksSchema, slurmOptionsSchema, slurmStateSchema } from './slurm.ts';
import {
  branchSchema,
  sentenceRequestSchema,
  sentenceSchema,
  sentenceSourceSchema,
  snapshotSchema,
} from './snapshot.ts';
import { maxSweepRuns, sweepSchema } from './sweep.ts';
import { transplantRequestSchema, transplantSchema, transplantStateSchema } from './transplant.ts';

const datasetId = z.object({ datasetId: z.string() });
const runId = z.object({ runId: z.string() });
const diffId = z.object({ diffId: z.string() });
const exportId = z.string().min(1).max(100);
const reportIds = z.object({ reportIds: z.array(z.string()).min(1).max(1000) });
const epoch = z.number().int().min(0);
const projectedAxes = z.array(z.number().int().min(0)).min(1).max(3).default([0, 1]);
const runIds = z.object({ runIds: z.array(z.string()).min(1).max(1000) });
const experimentId = z.object({ experimentId: z.string() });
const onSlurm = datasetId.extend({
  name: givenNameSchema.optional(),
  looks: looksSchema.optional(),
  marginPoints: marginPointsSchema.optional(),
  options: slurmOptionsSchema,
});
const nothing = z.object({});

/** Every call of the bridge: noun.verb -> what goes in, what comes out. */
export const calls = {
  'datasets.list': {
    input: z.object({ isTrash: z.boolean().default(false) }),
    output: z.array(datasetSchema),
  },
  'datasets.get': { input: datasetId, output: datasetSchema },
  /** Reads the beginning of a file; writes nothing. */
  'datasets.preview': { input: importRequestSchema, output: importPreviewSchema },
  'datasets.startImport': { input: importRequestSchema, output: importJobSchema },
  'datasets.origin': { input: datasetId, output: originSchema },
  'datasets.rename': {
    input: datasetId.extend({ name: nameSchema }),
    output: datasetSchema,
  },
  'datasets.importSample': { input: nothing, output: importJobSchema },
  'datasets.imports': { input: nothing, output: z.array(importJobSchema) },
  'datasets.cancelImport': { input: z.object({ importId: z.string() }), output: importJobSchema },
  'datasets.coverage': {
    input: datasetId.extend({
      from: z.number().int().min(1),
      to: z.number().int().max(100_000),
      step: z.number().int().min(1),
    }),
    output: z.array(coveragePointSchema),
  },
  'datasets.lengths': {
    input: datasetId.extend({ binWidth: z.number().int().min(1), bins: z.number().int().max(500) }),
    output: lengthHistogramSchema,
  },
  'datasets.fit': {
    input: datasetId.extend({ maxLength: z.number().int(), numWords: z.number().int() }),
    output: fitSchema,
  },
  'datasets.vocabulary': {
    input: datasetId.extend({
      offset: z.number().int().min(0),
      count: z.number().int().min(1).max(1000),
      search: z.string().max(200).optional(),
      order: z.enum(vocabularyOrders).optional(),
      /** Only words whose ids are below it. */
      numWords: z.number().int().min(1).optional(),
    }),
    output: z.object({ total: z.number().int(), rows: z.array(vocabularyRowSchema) }),
  },
  'datasets.unknown': {
    input: datasetId.extend({ numWords: z.array(z.number().int().min(1)).min(1).max(500) }),
    output: z.array(unknownShareSchema),
  },
  'datasets.samples': {
    input: datasetId.extend({
      split: splitNameSchema,
      offset: z.number().int().min(0),
      count: z.number().int().min(1).max(200),
      encoding: encodingChoiceSchema,
      search: z.string().max(200).optional(),
    }),
    output: z.object({ total: z.number().int(), rows: z.array(sampleRowSchema) }),
  },
  /** Rows of all reviews that hold what is searched, as `datasets.samples` searches. */
  'datasets.find': {
    input: datasetId.extend({ split: splitNameSchema, search: z.string().trim().min(1).max(200) }),
    output: z.object({ rows: z.array(z.number().int()) }),
  },
  /** The reviews of a finding; of a dataset of an older version only the first ones. */
  'datasets.findingRows': {
    input: datasetId.extend({
      kind: z.enum(findingKinds),
      /** Null for a finding about several splits. */
      split: splitNameSchema.nullable(),
      offset: z.number().int().min(0),
      count: z.number().int().min(1).max(1000),
    }),
    output: z.object({ total: z.number().int(), rows: z.array(findingRowSchema) }),
  },
  'datasets.startExport': { input: exportRequestSchema, output: exportJobSchema },
  'datasets.exports': { input: nothing, output: z.array(exportJobSchema) },
  'datasets.cancelExport': { input: z.object({ exportId: z.string() }), output: exportJobSchema },
  'datasets.remove': {
    input: datasetId.extend({ withRuns: z.boolean() }),
    output: z.object({ runIds: z.array(z.string()) }),
  },
  'datasets.restore': { input: datasetId, output: datasetSchema },
  'files.list': {
    input: z.object({ folder: z.string().nullable() }),
    output: z.object({
      folder: z.string(),
      parent: z.string().nullable(),
      entries: z.array(fileEntrySchema),
    }),
  },

  'runs.list': {
    input: z.object({
      isTrash: z.boolean().default(false),
      /** Only these, as far as they are there. */
      runIds: z.array(z.string()).max(1000).optional(),
      /** A page: the newest so many. */
      limit: z.number().int().min(1).max(1000).optional(),
      /** Only runs that came to be before this one, in the trash or not: the last of the page before. */
      before: z.string().optional(),
    }),
    output: z.array(runSummarySchema),
  },
  /** From the predictions of their best epochs, by run; reading them takes some milliseconds a run the first time. */
  'runs.figures': {
    input: z.object({ runIds: z.array(z.string()).max(1000) }),
    output: z.record(z.string(), figuresSchema),
  },
  'runs.get': { input: runId, output: runSchema },
  /** Queues one run for each configuration; several share an experiment (a pair). */
  'runs.start': {
    input: z.object({
      datasetId: z.string(),
      configs: z.array(runConfigInputSchema).min(1).max(100),
      name: givenNameSchema.optional(),
      /** Of the paired seeds, equally spaced: alpha is spent over these looks (O'Brien and Fleming). */
      looks: looksSchema.optional(),
      /** The band that is too small to matter, fixed with the start; as the settings have it where it is left out. */
      marginPoints: marginPointsSchema.optional(),
    }),
    output: z.array(runSummarySchema),
  },
  'runs.stop': { input: runId, output: runSummarySchema },
  'runs.pause': { input: runId, output: runSummarySchema },
  'runs.resume': { input: runId, output: runSummarySchema },
  'runs.rename': {
    input: runId.extend({ name: nameSchema }),
    output: runSummarySchema,
  },
  /** Gives tags to runs and takes others away; a run that has a tag already keeps its place. */
  'runs.tag': {
    input: runIds.extend({
      add: z.array(tagSchema).max(50).default([]),
      remove: z.array(tagSchema).max(50).default([]),
    }),
    output: z.array(runSummarySchema),
  },
  /** Drops embedding tables but for epoch 0, best and last, and every n-th; a trial only tells what would go. */
  'runs.thinSnapshots': {
    input: runId.extend({
      every: z.number().int().min(2).max(10_000).nullable().default(null),
      isTrial: z.boolean().default(false),
    }),
    output: z.object({ epochs: z.array(z.number().int()), bytes: z.number() }),
  },
  /** What a limit for the embedding tables of all runs (settings' `snapshotLimitBytes`) would drop at once: runs' epochs, bytes. */
  'runs.snapshotsBeyond': {
    input: z.object({ limitBytes: z.number().int().min(0) }),
    output: z.object({ epochs: z.number().int(), bytes: z.number() }),
  },
  /** An empty note takes it away. */
  'runs.note': { input: runId.extend({ note: noteSchema }), output: runSummarySchema },
  'runs.favourite': {
    input: runIds.extend({ isFavourite: z.boolean() }),
    output: z.array(runSummarySchema),
  },
  'runs.delete': { input: runIds, output: z.object({ runIds: z.array(z.string()) }) },
  'runs.restore': { input: runIds, output: z.object({ runIds: z.array(z.string()) }) },
  'runs.curves': { input: curvesRequestSchema, output: z.array(curveSchema) },
  'runs.log': { input: runId, output: z.array(logLineSchema) },
  'runs.estimate': {
    input: z.object({ datasetId: z.string(), config: runConfigInputSchema }),
    output: estimateSchema,
  },
  /** Times a few steps of a planned run, in a process of its own: seconds to a minute. Not while a run trains. */
  'runs.probe': {
    input: z.object({ datasetId: z.string(), config: runConfigInputSchema }),
    output: estimateSchema,
  },
  'runs.predict': {
    input: runId.extend({ text: z.string().max(200_000), weights: z.enum(['best', 'last']) }),
    output: textPredictionSchema,
  },
  'runs.compare': {
    input: z.object({
      runIds: z.array(z.string()).min(2).max(50),
      weights: z.enum(['best', 'last']).default('best'),
    }),
    output: comparisonSchema,
  },
  /** Of runs that have judged their reviews; the others are left out. */
  'runs.rankings': {
    input: z.object({
      runIds: z.array(z.string()).min(1).max(50),
      weights: z.enum(['best', 'last']).default('best'),
    }),
    output: z.array(runRankingSchema),
  },
  'runs.reviews': {
    input: runId.extend({ weights: weightsChoiceSchema.default('best') }),
    output: judgedReviewsSchema,
  },
  'runs.occlusion': {
    input: runId.extend({
      source: sentenceSourceSchema,
      weights: z.enum(['best', 'last']).default('best'),
    }),
    output: occlusionSchema,
  },
  /** Trained where it is not there yet: seconds, in a process of its own. */
  'runs.baselines': {
    input: z.object({
      runIds: z.array(z.string()).min(1).max(200),
      weights: z.enum(['best', 'last']).default('best'),
    }),
    output: z.array(besideBaselineSchema),
  },

  /** Runs as one file; refuses at once what cannot be written. */
  'bundles.export': { input: bundleExportSchema, output: bundleJobSchema },
  'bundles.import': { input: bundleImportSchema, output: bundleJobSchema },
  /** Newest first. */
  'bundles.jobs': { input: nothing, output: z.array(bundleJobSchema) },
  'bundles.cancel': { input: z.object({ jobId: z.string() }), output: bundleJobSchema },

  'queue.get': { input: nothing, output: queueSchema },
  /** Ended runs wait again, behind those that wait or at an index among them. */
  'queue.add': {
    input: runIds.extend({ index: z.number().int().min(0).optional() }),
    output: queueSchema,
  },
  'queue.move': { input: runId.extend({ index: z.number().int().min(0) }), output: queueSchema },
  'queue.remove': { input: runIds, output: queueSchema },
  'queue.pause': { input: nothing, output: queueSchema },
  'queue.start': { input: nothing, output: queueSchema },
  'sweeps.start': {
    input: datasetId.extend({
      sweep: sweepSchema,
      name: givenNameSchema.optional(),
      looks: looksSchema.optional(),
      marginPoints: marginPointsSchema.optional(),
    }),
    output: experimentSchema,
  },
  /** Whether there is a Slurm, and what of it can be chosen. */
  'slurm.state': { input: nothing, output: slurmStateSchema },
  /** The runs as one job array. */
  'slurm.start': {
    input: z.union([
      onSlurm.extend({ sweep: sweepSchema }),
      onSlurm.extend({ configs: z.array(runConfigInputSchema).min(1).max(maxSweepRuns) }),
    ]),
    output: experimentSchema,
  },
  /** Runs that wait in the queue, as a job array for each experiment; their ids. */
  'slurm.send': {
    input: runIds.extend({ options: slurmOptionsSchema }),
    output: z.array(z.string()),
  },
  /** Takes in what is there; without an experiment, of all. */
  'slurm.collect': {
    input: z.object({ experimentId: z.string().optional() }),
    output: collectedTasksSchema,
  },
  /** Hands the failed runs to Slurm again; their ids. */
  'slurm.retry': { input: experimentId, output: z.array(z.string()) },
  /** Cancels what Slurm has of it; the ids of the runs, once they have ended. */
  'slurm.stop': { input: experimentId, output: z.array(z.string()) },
  'sweeps.estimate': { input: datasetId.extend({ sweep: sweepSchema }), output: workSchema },

  'experiments.list': { input: nothing, output: z.array(experimentSchema) },
  'experiments.get': { input: experimentId, output: experimentSchema },
  /** Of any runs: two configurations (or the whole grid) over several seeds. */
  'experiments.judge': {
    input: z.object({
      runIds: z.array(z.string()).min(2).max(200),
      weights: z.enum(['best', 'last']).default('best'),
      /** What if that had been the band. */
      marginPoints: marginPointsSchema.optional(),
    }),
    output: judgementSchema,
  },
  /** Queues every configuration of an experiment with more seeds, behind those it has. */
  'experiments.extend': {
    input: z.object({ experimentId: z.string(), seedCount: z.number().int().min(1).max(12) }),
    output: experimentSchema,
  },
  /** Takes back runs that were added to an experiment. */
  'experiments.retract': { input: runIds, output: runIds },

  'embeddings.list': { input: runId, output: z.array(snapshotSchema) },
  'embeddings.sentence': { input: sentenceRequestSchema, output: sentenceSchema },
  /** Over all stored epochs. */
  'embeddings.drift': { input: runId.extend({ branch: branchSchema }), output: driftSchema },
  /** Ends the computation of a drift, whose call then fails as `cancelled`; where none is under way nothing happens. */
  'embeddings.cancelDrift': { input: runId.extend({ branch: branchSchema }), output: nothing },

  /** Compares two or three tables in a process of its own; one that was compared before is finished at once. */
  'diffs.start': { input: diffStartSchema, output: diffStateSchema },
  'diffs.state': { input: diffId, output: diffStateSchema },
  'diffs.cancel': { input: diffId, output: diffStateSchema },
  /** Those that are kept, newest first. */
  'diffs.list': { input: nothing, output: z.array(diffSummarySchema) },
  'diffs.get': { input: diffId, output: diffSchema },
  'diffs.words': {
    input: diffWordsRequestSchema,
    output: z.object({ total: z.number().int(), rows: z.array(diffWordSchema) }),
  },
  'diffs.columns': {
    input: diffId.extend({
      pair: z.number().int().min(0).default(0),
      measure: z.enum(wordMeasures).default('alignedCosine'),
    }),
    output: diffColumnsSchema,
  },
  'diffs.neighbours': {
    input: diffId.extend({ word: z.string().min(1).max(200) }),
    output: wordNeighboursSchema,
  },
  'diffs.projection': {
    input: diffId.extend({ axes: projectedAxes, epoch: epoch.optional() }),
    output: diffProjectionSchema,
  },
  /** Stored epochs by table; none of one from outside. */
  'diffs.epochs': { input: diffId, output: z.array(z.array(z.number().int())) },
  /** Words over all stored epochs, along axes of the common frame. */
  'diffs.trajectories': {
    input: diffId.extend({
      words: z.array(z.string().min(1).max(200)).max(20),
      axes: projectedAxes,
    }),
    output: diffTrajectoriesSchema,
  },
  'diffs.neighbourChanges': {
    input: diffId.extend({ word: z.string().min(1).max(200), epoch: epoch.optional() }),
    output: neighbourChangesSchema,
  },
  'diffs.reviews': {
    input: diffId.extend({ pair: z.number().int().min(0).default(0) }),
    output: reviewDifferencesSchema,
  },
  /** Of what is under way; whoever waits for the reviews hears `cancelled`. */
  'diffs.cancelReviews': {
    input: diffId.extend({ pair: z.number().int().min(0).default(0) }),
    output: nothing,
  },
  'diffs.sentence': { input: diffSentenceRequestSchema, output: diffSentenceSchema },
  /** `projector`: a pair of files for TensorBoard's projector, `PATH-vectors.tsv` and `PATH-metadata.tsv`. */
  'diffs.export': {
    input: diffId.extend({
      format: z.enum(diffExportFormats),
      path: z.string().min(1),
      isForced: z.boolean().default(false),
    }),
    output: z.object({ paths: z.array(z.string()), bytes: z.number().int() }),
  },
  'diffs.remove': { input: diffId, output: nothing },
  /** Of one that was removed since the program started. */
  'diffs.restore': { input: diffId, output: nothing },
  /** One compared table in the place of another, over the receiver's test reviews; evaluated in a process of its own, and saved. */
  'transplants.start': { input: transplantRequestSchema, output: transplantStateSchema },
  'transplants.state': { input: transplantRequestSchema, output: transplantStateSchema },
  /** Finished ones between the tables of a comparison, in its numbering; also from other comparisons of the same two tables. */
  'transplants.list': {
    input: z.object({ diffId: z.string() }),
    output: z.array(transplantSchema),
  },
  'transplants.cancel': { input: transplantRequestSchema, output: transplantStateSchema },
  /** Tables of word vectors from outside, to compare with. */
  'outsideTables.list': { input: nothing, output: z.array(outsideTableSchema) },
  'outsideTables.import': {
    input: z.object({
      path: z.string().min(1),
      name: z.string().trim().min(1).max(200).optional(),
    }),
    output: importedOutsideSchema,
  },
  'outsideTables.remove': { input: z.object({ tableId: z.string() }), output: nothing },
  'outsideTables.restore': { input: z.object({ tableId: z.string() }), output: nothing },
  /** Curves of trainings outside of Twofold, from a CSV file. */
  'outsideCurves.list': { input: nothing, output: z.array(outsideCurveSchema) },
  'outsideCurves.import': { input: outsideImportSchema, output: outsideImportedSchema },
  'outsideCurves.remove': { input: z.object({ curveId: z.string() }), output: nothing },
  /** Takes back one that was removed: the caller has it still. */
  'outsideCurves.restore': { input: outsideCurveSchema, output: nothing },

  /** Newest change first. */
  'reports.list': {
    input: z.object({ isTrash: z.boolean().default(false) }),
    output: z.array(reportSchema),
  },
  'reports.get': { input: z.object({ reportId: z.string() }), output: reportSchema },
  /** Of these runs, with the usual sections: where a new report begins. */
  'reports.draft': {
    input: reportSpecSchema.pick({ runIds: true, curveIds: true }),
    output: reportSpecSchema,
  },
  /** A new one where no id is given. */
  'reports.save': {
    input: z.object({ reportId: z.string().optional(), spec: reportSpecSchema }),
    output: reportSchema,
  },
  'reports.remove': { input: reportIds, output: reportIds },
  'reports.restore': { input: reportIds, output: reportIds },
  /** Where the shell shows the HTML file as it would be written; the newest few are kept. */
  /** `leftOut`: a sentence for each section that an export leaves out. */
  'reports.preview': {
    input: reportSpecSchema,
    output: z.object({ address: z.string(), leftOut: z.array(z.string()) }),
  },
  'reports.export': {
    input: z.object({
      spec: reportSpecSchema,
      format: reportFormatSchema,
      path: z.string().min(1),
      isForced: z.boolean().default(false),
      /** The caller's own, to ask how far it is and to cancel it. */
      exportId,
    }),
    output: reportFileSchema,
  },
  /** Null once it has ended. */
  'reports.exportProgress': {
    input: z.object({ exportId }),
    output: reportProgressSchema.nullable(),
  },
  /** It ends as cancelled, and its target is as it was. */
  'reports.cancelExport': { input: z.object({ exportId }), output: nothing },
  /** Reads a report's HTML file and checks it against the hash that it carries. */
  'reports.read': { input: z.object({ path: z.string().min(1) }), output: readReportSchema },
  /** Queues the runs of a report's file that this home does not have, as one experiment. */
  'reports.queueRuns': {
    input: z.object({ path: z.string().min(1) }),
    output: z.object({ runIds: z.array(z.string()) }),
  },

  /** With the databases that a restore replaced, newest first. */
  'backups.list': { input: nothing, output: z.array(backupSchema) },
  'backups.create': { input: nothing, output: backupSchema },
  /** Puts one in place of the database, which is kept; `empty`: a new database. The workbench opens anew then. */
  'backups.restore': {
    input: z.object({ backupId: z.string().min(1).max(60) }),
    output: restoredSchema,
  },
  /** Whether the data folder could be opened, and what is wrong with its files. */
  'home.state': { input: nothing, output: homeStateSchema },
  /** Takes over what is whole of a damaged blobs.sqlite, and keeps the file under another name. */
  'home.setAsideBlobs': { input: nothing, output: setAsideSchema },

  'settings.get': { input: nothing, output: settingsSchema },
  'settings.set': { input: settingsSchema.partial(), output: settingsSchema },
  'system.info': { input: nothing, output: systemInfoSchema },
} as const;

/** Every event: noun.pastTense -> payload. Events carry ids; who needs the state fetches it. */
export const events = {
  'datasets.changed': z.object({ datasetId: z.string() }),
  'imports.changed': z.object({ importId: z.string() }),
  'exports.changed': z.object({ exportId: z.string() }),
  'bundles.changed': z.object({ jobId: z.string() }),
  'runs.changed': z.object({ runId: z.string() }),
  'queue.changed': nothing,
  /** Slurm can be reached again, or not any more. */
  'slurm.changed': nothing,
  'diffs.changed': diffId,
  'outsideCurves.changed': nothing,
  'reports.changed': z.object({ reportId: z.string() }),
  'reportExports.changed': z.object({ exportId: z.string() }),
  'transplants.changed': transplantRequestSchema,
  'metrics.appended': z.object({ runId: z.string() }),
  'settings.changed': nothing,
  'backups.changed': nothing,
  /** Another database is open now, or another problem was found. */
  'home.changed': z.object({ isOtherDatabase: z.boolean() }),
} as const;

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
export type ParsedInput<N extends CallName> = z.output<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;
export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;

/** What a shell registers: one handler a call. A forgotten one does not compile. */
export type Handlers = {
  readonly [N in CallName]: (input: ParsedInput<N>) => Promise<CallOutput<N>> | CallOutput<N>;
};
export type Emit = <N extends EventName>(name: N, payload: EventPayload<N>) => void;
