import type { Baseline } from '#contract/baseline.ts';
import type {
  BundleExport,
  BundleProgress,
  ExportedBundle,
  ImportedBundle,
} from '#contract/bundle.ts';
import type { Comparison } from '#contract/comparison.ts';
import type { Dataset, SplitName } from '#contract/dataset.ts';
import type { Diff } from '#contract/embedding-diff.ts';
import type { CallOutput, Calls, ParsedInput } from '#contract/index.ts';
import type { Experiment, Judgement } from '#contract/experiment.ts';
import type { ReportFile, ReportFormat, ReportProgress, ReportSpec } from '#contract/report.ts';
import type { JobKind, JobOf } from '#contract/jobs.ts';
import type { RunConfig, RunConfigInput } from '#contract/run-config.ts';
import type { Epoch, MarkedEpoch, RunProgress, RunState, RunSummary } from '#contract/run.ts';
import type { Branch } from '#contract/snapshot.ts';
import type { ClusterCheck, SlurmOptions } from '#contract/slurm.ts';
import type { Reason } from '#core/wording/reasons.ts';
import type { RunSeries } from '#core/reports/tensorboard/run-events.ts';
import type { Transplant, TransplantRequest } from '#contract/transplant.ts';
import type { EncodingChoice } from '#core/text/encoding.ts';
import type { ReviewFacts } from '#core/text/review-facts.ts';
import type { NamedTensor } from '#core/model/weights-file.ts';

import type { JobWork } from './jobs/service.ts';

/** What the other features need of datasets. */
export type DatasetsPort = Readonly<{
  /** Throws notFound. */
  get: (input: ParsedInput<'datasets.get'>) => Dataset;
  /** By id, unique prefix of it, or name; throws notFound, or ambiguous with the matches listed. */
  resolve: (nameOrId: string) => string;
  /**
   * The file of core/text/encoded-file.ts, written first where the cache does not have it or it is damaged. `lately`: not read as a whole
   * again where it was found sound within a minute, for what asks once a run.
   */
  encodedPath: (datasetId: string, checked?: 'now' | 'lately') => Promise<string>;
  /** 0 or 1 by row of the whole split: of the reviews, or where those are not here of a bundle that left them behind; throws without either. */
  labels: (datasetId: string, split: SplitName) => Promise<Uint8Array>;
  hasLabels: (datasetId: string, split: SplitName) => boolean;
  /** Start token, then a token a word: ids over the full vocabulary (rank + 3, 2 = unknown), words as typed after the pipeline. */
  encodeText: (datasetId: string, text: string) => EncodedText | Promise<EncodedText>;
  /** By row of the whole split, under a run's encoding. */
  reviewFacts: (
    datasetId: string,
    split: SplitName,
    choice: Pick<EncodingChoice, 'maxLength' | 'numWords' | 'truncating'>,
  ) => Promise<ReviewFacts & Readonly<{ ratings: readonly (number | null)[] | null }>>;
  review: (datasetId: string, split: SplitName, row: number) => Review | Promise<Review>;
}>;
export type EncodedText = Readonly<{ words: readonly string[]; ids: Int32Array }>;
export type Review = EncodedText & Readonly<{ text: string; label: number }>;

/** The lines that `train` and `resume` print. */
export type RunLine =
  | Readonly<{ event: 'started'; runId: string; parameters: number; backend: 'native' | 'wasm' }>
  | Readonly<{
      event: 'progress';
      step: number;
      epoch: number;
      loss: number | null;
      samplesPerSecond: number | null;
      secondsLeft: number | null;
      phase: RunProgress['phase'];
    }>
  | (Readonly<{ event: 'epoch' }> & Readonly<Epoch>)
  | Readonly<{
      event: 'ended';
      runId: string;
      state: RunState;
      reason: string | null;
      best: MarkedEpoch | null;
      last: MarkedEpoch | null;
      weightsHash: string | null;
      bestWeightsHash: string | null;
    }>;

/** Which weights a figure or prediction belongs to: best (default), last, or those of an epoch. */
export type WeightsChoice = ParsedInput<'runs.compare'>['weights'];

/** What a trained model says of the rows of a split, ascending by row; all [count]. */
export type Judged = Readonly<{
  epoch: number;
  rows: Int32Array;
  labels: Uint8Array;
  probabilities: Float32Array;
}>;

/** The label is the truth; null where the reviews are not in this home. */
export type Prediction = Readonly<{ row: number; label: number | null; probability: number }>;

/** Whether a run's first steps come out again as they are stored; `reason` says what differs. */
export type Verification = Readonly<{
  steps: number;
  identical: boolean;
  /** What differs, or that the run is of another engine; null where there is nothing to say. */
  reason: string | null;
  /** Versions of our numeric code (trainer/engine-version.ts); `trained` is null where it is not known. */
  engine: Readonly<{ trained: number | null; here: number }>;
}>;

export type SharedBaseline = Readonly<{
  runIds: readonly string[];
  baseline: Baseline;
  /** What it says of the test reviews. */
  judged: Judged;
}>;

export type RunsService = Calls<
  'runs',
  'figures' | 'probe' | 'predict' | 'compare' | 'rankings' | 'reviews' | 'occlusion' | 'baselines'
> &
  Readonly<{
    summary: (runId: string) => RunSummary;
    /** By id, unique prefix of it, or name; throws notFound, or ambiguous with the matches listed. */
    resolve: (
      nameOrId: string,
      options?: {
        isTrash?: boolean;
        /** Says of a run of the other place (the trash, or outside it) that it is there. */
        elsewhere?: (input: { name: string }) => string;
      },
    ) => string;
    /** What `start` does, in the home's queue whoever serves it. `title` names the experiment of a sweep, where `name` does not. */
    enqueue: (request: StartRequest & Readonly<{ title?: string | undefined }>) => RunSummary[];
    /** More runs of an experiment, in the home's queue. */
    enqueueInto: (
      request: Pick<StartRequest, 'datasetId' | 'configs'> & Readonly<{ plan: JoinedExperiment }>,
    ) => RunSummary[];
    /** Throws what `enqueue` would. */
    assertStartable: (request: StartRequest) => void;
    /**
     * The lines of a run from now on; resolves with the `ended` line. A run that has ended already gives that line at once. Works
     * for runs of other processes on this home too.
     */
    follow: (
      runId: string,
      onLine: (line: RunLine) => void,
    ) => Promise<Extract<RunLine, { event: 'ended' }>>;
    /** Ask for it and resolve when it is so. A run that has ended already is returned as it is. */
    stopAndWait: (input: ParsedInput<'runs.stop'>) => Promise<RunSummary>;
    pauseAndWait: (input: ParsedInput<'runs.pause'>) => Promise<RunSummary>;
    /** To the trash, at a time that tells what went together. */
    removeAt: (runIds: readonly string[], deletedAt: Date) => string[];
    /** Runs that this process trains or is going to train. */
    active: () => string[];
    /** Every step, and when the epochs ended. */
    series: (runId: string) => RunSeries;
    /** Its weights, and the epoch after which they were so; throws where it has none. */
    tensors: (
      runId: string,
      which: 'initial' | 'best' | 'last',
    ) => Readonly<{ epoch: number; tensors: readonly NamedTensor[] }>;
    /** By row; row = index in the dataset's full split. */
    predictions: (
      runId: string,
      choice?: Readonly<{ split?: 'test' | 'validation'; weights?: WeightsChoice }>,
    ) => Promise<Prediction[]>;
    /** The same as arrays, of the test split. */
    judged: (runId: string, weights: WeightsChoice) => Promise<Judged>;
    predictTexts: (
      runId: string,
      texts: readonly string[],
      weights: 'best' | 'last',
    ) => Promise<CallOutput<'runs.predict'>[]>;
    /** Figures of any number of runs, and what speaks against comparing them. */
    measure: (
      runIds: readonly string[],
      weights: WeightsChoice,
    ) => Promise<Pick<Comparison, 'metrics' | 'concerns'>>;
    /**
     * A run's model over its test reviews: with the weights after an epoch (the best or the last), then with each table (a file of float32
     * in the same shape) in the place of a branch's. `rows` of the full split.
     */
    evaluateTables: (
      runId: string,
      trial: Readonly<{ epoch: number; branch: Branch; tablePaths: readonly string[] }>,
      options: Readonly<{ signal: AbortSignal; onProgress: (share: number) => void }>,
    ) => Promise<
      Readonly<{
        rows: Int32Array;
        passes: readonly Readonly<{
          accuracy: number;
          loss: number;
          probabilities: Float32Array;
        }>[];
      }>
    >;
    /**
     * Each bag of words once, with the runs that it is of; first those that read what the runs read. Without `isTrained`, only those
     * that are there.
     */
    baselinesOf: (
      runIds: readonly string[],
      options: Readonly<{ isTrained: boolean }>,
    ) => Promise<SharedBaseline[]>;
    /** Repeats the first steps (at most 20) from the stored configuration and plan. */
    verify: (runId: string) => Promise<Verification>;
    /** For runs that a cluster trains. */
    elsewhere: Readonly<{
      /** Queued by this process, which trains them as little as anything else here does. */
      create: (request: StartRequest & Readonly<{ title?: string | undefined }>) => RunSummary[];
      /** As if they had never been created. */
      discard: (runIds: readonly string[]) => void;
      /** From the queue to this process; throws `inUse` where one does not wait there any more. */
      take: (runIds: readonly string[]) => void;
      /** From this process to the end of the queue. */
      putBack: (runIds: readonly string[]) => void;
      /** From this process to the cluster; call inside a transaction. */
      handOver: (runIds: readonly string[]) => void;
      /** Ended runs are this process's again, to be handed over; call inside a transaction. */
      requeue: (runIds: readonly string[]) => void;
      /** One that was requeued and could not be handed over has ended as it had before; call inside a transaction. */
      giveBack: (
        runId: string,
        ending: Readonly<{ state: Exclude<RunState, 'queued' | 'running'>; reason: Reason | null }>,
      ) => void;
      requestStop: (runId: string) => void;
      /** Whether it waits or trains there, and how far it is, where that is known. */
      setState: (runId: string, state: 'queued' | 'running', progress: RunProgress | null) => void;
      end: (
        runId: string,
        ending: Readonly<{ state: Exclude<RunState, 'queued' | 'running'>; reason: Reason | null }>,
      ) => void;
    }>;
  }>;

/** What a node of a cluster starts: a Node and the command line's entry file, both on the shared file system. */
export type SlurmProgram = Readonly<{ node: string; cli: string }>;

export type SlurmService = Calls<
  'slurm',
  'state' | 'start' | 'send' | 'collect' | 'retry' | 'stop'
> &
  Readonly<{
    /** Collects now and then while there is something to collect; what it returns ends that, and resolves when nothing is under way. */
    watch: () => () => Promise<void>;
    /** Asks a node what it is, by a job of its own. */
    check: (
      options: SlurmOptions,
      watching: Readonly<{ signal: AbortSignal; onState: (state: string) => void }>,
    ) => Promise<ClusterCheck>;
    /** Sees to it that a run that was asked to stop or pause does; resolves when it has ended. */
    end: (runId: string) => Promise<void>;
  }>;

/** The experiment that runs are added to, and how often that has been done with these. */
export type JoinedExperiment = Readonly<{
  experimentId: string;
  round: number;
  /** That a person gave it. */
  name: string | null;
  /** Of its other runs, with their names in the same order. */
  configs: readonly RunConfig[];
  names: readonly string[];
}>;

export type StartRequest = Omit<ParsedInput<'runs.start'>, 'configs'> &
  Readonly<{ configs: readonly RunConfigInput[] }>;

export type QueueService = Calls<'queue'> &
  Readonly<{
    /** Starts the runs of the queue until none is left, or another process does; resolves when those that were started here have ended, rejects where it cannot go on. */
    work: () => Promise<void>;
  }>;

export type SweepsService = Calls<'sweeps'> &
  Readonly<{
    /** Its runs, wherever they are to be trained. Throws as `start` does. */
    requestOf: (
      request: Parameters<SweepsService['start']>[0],
    ) => StartRequest & Readonly<{ title: string }>;
  }>;

export type BundlesService = Calls<'bundles'> &
  Readonly<{
    /** Everything of some runs in one file, whole or not at all. */
    exportTo: (request: BundleExport, options: BundleOptions) => Promise<ExportedBundle>;
    /** One run while it waits or trains, as if it had been interrupted just now; a file that is there is replaced. */
    exportMoment: (
      request: Readonly<{ runId: string; path: string }>,
      options: BundleOptions,
    ) => Promise<Readonly<{ path: string; bytes: number }>>;
    /** What is not here yet, all of it or nothing. */
    importFrom: (file: string, options: ImportOptions) => Promise<ImportedBundle>;
  }>;
export type ExampleService = Calls<'example', 'state' | 'open' | 'remove'>;
export type BundleOptions = Readonly<{
  signal: AbortSignal;
  onProgress: (progress: BundleProgress) => void;
}>;
/** `onlyRun`: a bundle that holds any other run is refused. */
export type ImportOptions = BundleOptions & Readonly<{ onlyRun?: string }>;

export type JobsService = Calls<'jobs'> &
  Readonly<{
    start: <K extends JobKind>(job: JobWork<K>) => JobOf<K>;
    /** Cancels all and resolves when their files are gone. */
    close: () => Promise<void>;
  }>;

export type EmbeddingsService = Calls<'embeddings', 'sentence' | 'drift'> &
  Readonly<{
    /** By id or unique prefix of it. */
    resolve: (snapshotId: string) => string;
    /** Written under a temporary name, then renamed. `.npy`: float32 [rows, dims]; `.tsv`: id, word, values. An existing target is refused unless `isForced`. */
    exportTo: (
      snapshotId: string,
      file: string,
      options?: { isForced?: boolean },
    ) => Promise<Readonly<{ path: string; bytes: number }>>;
  }>;

/** Work that tells how far it is, from 0 to 1. */
export type Watched = Readonly<{ signal: AbortSignal; onProgress: (share: number) => void }>;

export type DiffsService = Calls<
  'diffs',
  'start' | 'projection' | 'trajectories' | 'neighbourChanges' | 'reviews' | 'sentence'
> &
  Readonly<{
    /** As `start`, for whoever waits until it is saved. */
    compare: (request: ParsedInput<'diffs.start'>, watched: Watched) => Promise<Diff>;
    /** Cancels what goes through reviews. */
    close: () => Promise<void>;
  }>;

export type TransplantsService = Calls<'transplants'> &
  Readonly<{
    /** As `start`, for whoever waits until it is saved. */
    evaluate: (request: TransplantRequest, watched: Watched) => Promise<Transplant>;
  }>;

export type OutsideTablesService = Calls<'outsideTables', 'import'>;

export type ExperimentsService = Calls<'experiments', 'answers' | 'judge' | 'retract'> &
  Readonly<{
    /** Null where there is none, or all its runs are in the trash. */
    find: (experimentId: string) => Experiment | null;
    /** By id, unique prefix of it, or name. */
    resolve: (nameOrId: string) => string;
    /** Of the experiment's finished runs. */
    judgeExperiment: (experimentId: string, weights: 'best' | 'last') => Promise<Judgement>;
  }>;

export type SettingsService = Calls<'settings'>;

/** Copies of the main database; restoring one is for whoever opens the home (backups/restore.ts). */
export type BackupsService = Calls<'backups', 'create'>;

export type SystemService = Calls<'system', 'info'>;

/** Curves of trainings outside of Twofold. */
export type OutsideCurvesService = Calls<'outsideCurves'> &
  Readonly<{
    /** By id, unique prefix of it, or name. */
    resolve: (nameOrId: string) => string;
  }>;

/** Prints an HTML file to a PDF file; `folder` is its own, for what it needs meanwhile. Throws where it cannot, or is cancelled. */
export type PagePrinter = (
  page: string,
  target: string,
  folder: string,
  signal: AbortSignal,
) => Promise<void>;

/** Of an export that somebody watches and may cancel. */
export type ExportOptions = Readonly<{
  signal: AbortSignal;
  onProgress: (progress: ReportProgress) => void;
}>;

export type Preview = CallOutput<'reports.preview'>;

export type ReportsService = Calls<'reports', 'preview' | 'read' | 'queueRuns'> &
  Readonly<{
    /** By id, unique prefix of it, or title. */
    resolve: (titleOrId: string) => string;
    /** The HTML file as it would be written. */
    page: (spec: ReportSpec) => Promise<string>;
    /** What a shell answers at the path of that address. */
    previewAt: (path: string) => string | undefined;
    /** A file or a folder, as the format has it: complete or not at all. An existing target is refused unless `isForced`. */
    exportSpec: (
      request: Readonly<{
        spec: ReportSpec;
        format: ReportFormat;
        path: string;
        isForced: boolean;
      }>,
      options?: ExportOptions,
    ) => Promise<ReportFile>;
  }>;
