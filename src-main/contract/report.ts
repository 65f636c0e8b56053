import { z } from 'zod';

import * as m from '#messages';

import { bestOrLast } from './input.ts';
import { jobOf } from './job.ts';
import { hasControls } from './name.ts';
import { runConfigSchema } from './run-config.ts';
import { sentenceSourceSchema } from './snapshot.ts';

/**
 * `md`: a text file with a folder of figures beside it. `csv`: three tables (runs, epochs, predictions), `json`: everything in one
 * document. `keras` and `tensorboard`: folders for these programs. `png` and `svg`: a folder with every figure.
 */
export const reportFormats = [
  'html',
  'pdf',
  'md',
  'latex',
  'csv',
  'json',
  'keras',
  'tensorboard',
  'png',
  'svg',
] as const;
export const reportFormatSchema = z.enum(reportFormats);
export type ReportFormat = z.infer<typeof reportFormatSchema>;

/** A folder of files, whose names are their own. */
export const folderFormats = ['keras', 'tensorboard', 'png', 'svg'] as const;
export type FolderFormat = (typeof folderFormats)[number];
export const isFolderFormat = (format: ReportFormat): format is FolderFormat =>
  folderFormats.some((of) => of === format);

/** What a report can hold beside the user's own text, in the order of a new one. */
export const sectionKinds = [
  'question',
  'verdict',
  'metrics',
  'curves',
  'differences',
  'flips',
  'sentence',
  'vocabulary',
  'methods',
  'architecture',
  'data',
  'environment',
  'reproduce',
] as const;
export type SectionKind = (typeof sectionKinds)[number];

const blockSchema = z.discriminatedUnion('kind', [
  /** Plain text; a blank line begins a new paragraph. Never markup. */
  z.object({
    kind: z.literal('text'),
    heading: z.string().trim().max(200).optional(),
    text: z.string().max(50_000),
  }),
  /** Which sentence is looked at; the first training review where it is not said. */
  z.object({ kind: z.literal('sentence'), source: sentenceSourceSchema.optional() }),
  z.object({ kind: z.enum(sectionKinds).exclude(['sentence']) }),
]);
export type ReportBlock = z.infer<typeof blockSchema>;

export const reportSpecSchema = z.object({
  title: z
    .string()
    .trim()
    .min(1, { error: () => m.report_title_length() })
    .max(200, { error: () => m.report_title_length() })
    .refine((title) => !hasControls(title), { error: () => m.app_name_controls() }),
  /** In the order in which they are shown. */
  runIds: z
    .array(z.string())
    .min(1, { error: () => m.report_run_count() })
    .max(200, { error: () => m.report_run_count() }),
  /** Whose runs these are; for its name alone. */
  experimentId: z.string().nullable().default(null),
  /** Curves of trainings outside of Twofold, drawn beside the runs' and compared with nothing. */
  curveIds: z.array(z.string()).max(50).optional(),
  /** Which weights every figure belongs to. */
  weights: bestOrLast.default('best'),
  blocks: z.array(blockSchema).min(1).max(100),
});
export type ReportSpec = z.infer<typeof reportSpecSchema>;

/** The sentence of a report for which none was chosen. */
export const usualSentence = { kind: 'review', split: 'train', row: 0 } as const;

/** A block's place on the page, by its place in the report. */
export const sectionId = ({ kind }: ReportBlock, index: number): string => `${kind}-${index + 1}`;

/** Where the shell shows a page of a report, in a frame apart from the window. */
export const previewPrefix = '/report-preview/';

/** A report as it is saved. */
export const reportSchema = z.object({
  reportId: z.string(),
  spec: reportSpecSchema,
  createdAt: z.string(),
  updatedAt: z.string(),
  deletedAt: z.string().nullable(),
});
export type Report = z.infer<typeof reportSchema>;

export const reportFileSchema = z.object({
  /** The file that was asked for. */
  path: z.string(),
  /** Of all files together. */
  bytes: z.number().int(),
  /** All files, the first is `path`. */
  paths: z.array(z.string()),
  /** What the reader has to know, such as figures that are not PNG. */
  notes: z.array(z.string()),
});
export type ReportFile = z.infer<typeof reportFileSchema>;

export const reportExportJobSchema = jobOf('reportExport', {
  subject: z.object({ path: z.string() }),
  /** In steps of the gathering, runs read, files written. */
  phases: ['gathering', 'reading', 'printing', 'writing'],
  result: reportFileSchema,
});
export type ReportProgress = Readonly<
  NonNullable<z.infer<typeof reportExportJobSchema>['progress']>
>;

/** What a report's HTML file brings along, and what of it this home has. */
export const readReportSchema = z.object({
  title: z.string(),
  createdAt: z.string(),
  contentHash: z.string(),
  runs: z.array(
    z.object({
      runId: z.string(),
      name: z.string(),
      config: runConfigSchema,
      datasetName: z.string(),
      datasetHash: z.string(),
      /** The dataset of this home with that content; null where there is none, or its reviews are not in this home. */
      datasetId: z.string().nullable(),
      /** This home has the run itself. */
      isHere: z.boolean(),
      /** A run of this home of the same data and settings, under another id: it needs no second training. */
      sameRunId: z.string().nullable(),
    }),
  ),
});
export type ReadReport = z.infer<typeof readReportSchema>;

const reportId = z.object({ reportId: z.string() });
const reportIds = z.object({ reportIds: z.array(z.string()).min(1).max(1000).readonly() });

export const reportCalls = {
  /** Newest change first. */
  'reports.list': {
    input: z.object({ isTrash: z.boolean().optional() }),
    output: z.array(reportSchema),
  },
  'reports.get': { input: reportId, output: reportSchema },
  /** Of these runs, with the usual sections: where a new report begins. */
  'reports.draft': {
    input: reportSpecSchema
      .pick({ runIds: true, curveIds: true, title: true, weights: true })
      .partial({ title: true, weights: true })
      .extend({ runIds: reportSpecSchema.shape.runIds.readonly() }),
    output: reportSpecSchema,
  },
  /** A new one where no id is given. */
  'reports.save': {
    input: reportId.partial().extend({ spec: reportSpecSchema }),
    output: reportSchema,
  },
  'reports.remove': { input: reportIds, output: reportIds },
  'reports.restore': { input: reportIds, output: reportIds },
  /** Where the shell shows the HTML file as it would be written; the newest few are kept. */
  /** `leftOut`: a sentence for each section that an export leaves out. */
  'reports.preview': {
    input: z.object({ spec: reportSpecSchema }),
    output: z.object({ address: z.string(), leftOut: z.array(z.string()) }),
  },
  /** Cancelled, its target is as it was. */
  'reports.startExport': {
    input: z.object({
      spec: reportSpecSchema,
      format: reportFormatSchema,
      path: z.string().min(1),
      isForced: z.boolean().default(false),
    }),
    output: reportExportJobSchema,
  },
  /** Reads a report's HTML file and checks it against the hash that it carries. */
  'reports.read': { input: z.object({ path: z.string().min(1) }), output: readReportSchema },
  /** Queues the runs of a report's file that this home does not have, as one experiment. */
  'reports.queueRuns': {
    input: z.object({ path: z.string().min(1) }),
    output: z.object({ runIds: z.array(z.string()) }),
  },
} as const;

export const reportEvents = {
  'reports.changed': reportId,
} as const;
