import type { Backup } from '#contract/backup.ts';
import type { Baseline, BesideBaseline } from '#contract/baseline.ts';
import type {
  BundleExport,
  BundleJob,
  BundleProgress,
  ExportedBundle,
  ImportedBundle,
} from '#contract/bundle.ts';
import type { Comparison } from '#contract/comparison.ts';
import type { Dataset, SplitName } from '#contract/dataset.ts';
import type { JudgedReviews, Occlusion, RunRanking } from '#contract/evaluation.ts';
import type {
  Diff,
  DiffStart,
  DiffState,
  ImportedOutside,
  OutsideTable,
} from '#contract/embedding-diff.ts';
import type { CallInput, CallOutput } from '#contract/index.ts';
import type { Experiment, Judgement } from '#contract/experiment.ts';
import type { OutsideCurve } from '#contract/outside-curve.ts';
import type { Queue, Work } from '#contract/queue.ts';
import type {
  ReadReport,
  Report,
  ReportFile,
  ReportFormat,
  ReportProgress,
  ReportSpec,
} from '#contract/report.ts';
import type { RunConfig, RunConfigInput } from '#contract/run-config.ts';
import type {
  Epoch,
  Estimate,
  MarkedEpoch,
  Run,
  RunProgress,
  RunState,
  RunSummary,
} from '#contract/run.ts';
import type { Settings, SystemInfo } from '#contract/settings.ts';
import type { Branch, SentenceSource, Snapshot } from '#contract/snapshot.ts';
import type { ClusterCheck, CollectedTasks, SlurmOptions, SlurmState } from '#contract/slurm.ts';
import type { Sweep } from '#contract/sweep.ts';
import type { Reason } from '#core/reasons.ts';
import type { RunSeries } from '#core/reports/tensorboard/run-events.ts';
import type { Transplant, TransplantRequest, TransplantState } from '#contract/transplant.ts';
import type { EncodingChoice } from '#core/text/encoding.ts';
import type { ReviewFacts } from '#core/text/review-facts.ts';
import type { NamedTensor } from '#core/weights-file.ts';

/** What the other features need of datasets. */
export type DatasetsPort = Readonly<{
  /** Throws notFound. */
  get: (datasetId: string) => Dataset;
  /** By id, unique prefix of it, or name; throws notFound, or ambiguous with the matches listed. */
  resolve: (nameOrId: string) => string;
  /**
   * The file of core/encoded-file.ts, written first where the cache does not have it or it is damaged. `lately`: not read as a whole
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

/** The lines that `train` and `resume` print (cli.md). */
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
export type WeightsChoice = 'best' | 'last' | Readonly<{ epoch: number }>;

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

export type RunSelection = Readonly<{
  isTrash?: boolean | undefined;
  runIds?: readonly string[] | undefined;
  /** The newest so many. */
  limit?: number | undefined;
  /** Only runs that came to be before this one; throws notFound where it is nowhere. */
  before?: string | undefined;
}>;

export type SharedBaseline = Readonly<{
  runIds: readonly string[];
  baseline: Baseline;
  /** What it says of the test reviews. */
  judged: Judged;
}>;

export type RunsService = Readonly<{
  /** Newest first; only `runIds` where they are given. */
  list: (options?: RunSelection) => RunSummary[];
  get: (runId: string) => Run;
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
  /** One run for each configuration, in the home's queue where this process serves it, else trained here one after another. */
  start: (request: StartRequest) => RunSummary[];
  /** The same, in the home's queue whoever serves it. `title` names the experiment of a sweep, where `name` does not. */
  enqueue: (request: StartRequest & Readonly<{ title?: string | undefined }>) => RunSummary[];
  /** More runs of an experiment, in the home's queue. */
  enqueueInto: (
    request: Pick<StartRequest, 'datasetId' | 'configs'> & Readonly<{ plan: JoinedExperiment }>,
  ) => RunSummary[];
  /** Throws what `enqueue` would. */
  assertStartable: (request: StartRequest) => void;
  /** Queues it again from its last checkpoint (from the start where there is none). A finished run is returned as it is. */
  resume: (runId: string) => RunSummary;
  /**
   * The lines of a run from now on; resolves with the `ended` line. A run that has ended already gives that line at once. Works
   * for runs of other processes on this home too.
   */
  follow: (
    runId: string,
    onLine: (line: RunLine) => void,
  ) => Promise<Extract<RunLine, { event: 'ended' }>>;
  /** Ask for it and return at once; `null` state change is seen through events. */
  requestStop: (runId: string) => RunSummary;
  requestPause: (runId: string) => RunSummary;
  /** Ask for it and resolve when it is so. A run that has ended already is returned as it is. */
  stop: (runId: string) => Promise<RunSummary>;
  pause: (runId: string) => Promise<RunSummary>;
  /** Runs that this process trains or is going to train. */
  active: () => string[];
  rename: (runId: string, name: string) => RunSummary;
  /** Tags are added at the end, in their order; all runs or none. */
  tag: (
    runIds: readonly string[],
    change: Readonly<{ add?: readonly string[]; remove?: readonly string[] }>,
  ) => RunSummary[];
  note: (runId: string, note: string) => RunSummary;
  favourite: (runIds: readonly string[], isFavourite: boolean) => RunSummary[];
  /** Drops embedding tables but for epoch 0, best and last, and every n-th; a trial only tells what would go. */
  thinSnapshots: (request: CallInput<'runs.thinSnapshots'>) => CallOutput<'runs.thinSnapshots'>;
  /** What a limit for the embedding tables of all runs would drop. */
  snapshotsBeyond: (limitBytes: number) => CallOutput<'runs.snapshotsBeyond'>;
  /** To the trash, at a time (default: now); a running or queued run is refused (inUse). */
  remove: (runIds: readonly string[], deletedAt?: Date) => string[];
  restore: (runIds: readonly string[]) => string[];
  curves: (request: CallInput<'runs.curves'>) => CallOutput<'runs.curves'>;
  /** Every step, and when the epochs ended. */
  series: (runId: string) => RunSeries;
  /** Its weights, and the epoch after which they were so; throws where it has none. */
  tensors: (
    runId: string,
    which: 'initial' | 'best' | 'last',
  ) => Readonly<{ epoch: number; tensors: readonly NamedTensor[] }>;
  log: (runId: string) => CallOutput<'runs.log'>;
  estimate: (request: Readonly<{ datasetId: string; config: RunConfigInput }>) => Estimate;
  /** Measures first, in a process of its own; refused (inUse) while a run trains. */
  probe: (request: Readonly<{ datasetId: string; config: RunConfigInput }>) => Promise<Estimate>;
  /** By row; row = index in the dataset's full split. */
  predictions: (
    runId: string,
    choice?: Readonly<{ split?: 'test' | 'validation'; weights?: WeightsChoice }>,
  ) => Promise<Prediction[]>;
  /** Of the test split, with facts of each review. */
  reviews: (runId: string, weights: WeightsChoice) => Promise<JudgedReviews>;
  /** The same as arrays, of the test split. */
  judged: (runId: string, weights: WeightsChoice) => Promise<Judged>;
  predict: (
    runId: string,
    texts: readonly string[],
    weights: 'best' | 'last',
  ) => Promise<CallOutput<'runs.predict'>[]>;
  compare: (runIds: readonly string[], weights: WeightsChoice) => Promise<Comparison>;
  /** From the predictions of the best epochs, by run. */
  figures: (runIds: readonly string[]) => Promise<CallOutput<'runs.figures'>>;
  /** Figures of any number of runs, and what speaks against comparing them. */
  measure: (
    runIds: readonly string[],
    weights: WeightsChoice,
  ) => Promise<Pick<Comparison, 'metrics' | 'concerns'>>;
  /** Of those that have judged their reviews. */
  rankings: (runIds: readonly string[], weights: WeightsChoice) => Promise<RunRanking[]>;
  /** What each word of a sentence does to what the run says of it. */
  occlusion: (
    runId: string,
    source: SentenceSource,
    weights: 'best' | 'last',
  ) => Promise<Occlusion>;
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
      passes: readonly Readonly<{ accuracy: number; loss: number; probabilities: Float32Array }>[];
    }>
  >;
  /** Each run beside its bag-of-words models, which are trained where they are not there yet. */
  baselines: (runIds: readonly string[], weights: WeightsChoice) => Promise<BesideBaseline[]>;
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

export type SlurmService = Readonly<{
  state: () => Promise<SlurmState>;
  /** Runs of a sweep, or of a list, as one experiment, handed to Slurm as a job array. */
  start: (
    request: (StartRequest | Parameters<SweepsService['start']>[0]) &
      Readonly<{ options: SlurmOptions }>,
  ) => Promise<Experiment & Readonly<{ slurm: Readonly<{ jobId: string; folder: string }> }>>;
  /** Runs of the queue, as a job array for each experiment; they wait here again where that is refused. Returns their ids. */
  send: (runIds: readonly string[], options: SlurmOptions) => Promise<string[]>;
  /** Takes in the bundles that are there, and asks Slurm about the other tasks; of one experiment, or of all. */
  collect: (experimentId?: string) => Promise<CollectedTasks>;
  /** Collects now and then while there is something to collect; what it returns ends that, and resolves when nothing is under way. */
  watch: () => () => Promise<void>;
  /** Asks a node what it is, by a job of its own. */
  check: (
    options: SlurmOptions,
    watching: Readonly<{ signal: AbortSignal; onState: (state: string) => void }>,
  ) => Promise<ClusterCheck>;
  /** Hands the failed runs of an experiment to Slurm again, and no others; returns their ids. */
  retry: (experimentId: string) => Promise<string[]>;
  /** Stops the runs of an experiment that Slurm has; resolves with their ids when they have ended. */
  stop: (experimentId: string) => Promise<string[]>;
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

export type StartRequest = Readonly<{
  datasetId: string;
  configs: readonly RunConfigInput[];
  name?: string | undefined;
  /** Planned, of the paired seeds. */
  looks?: number | undefined;
  /** Half width of the band that is too small to matter; as the settings have it now where it is left out. */
  marginPoints?: number | undefined;
}>;

export type QueueService = Readonly<{
  get: () => Queue;
  /** Ended runs wait again, at an index among those that wait, or behind them; all or none. */
  add: (runIds: readonly string[], index?: number) => Queue;
  /** To an index among the runs that wait. */
  move: (runId: string, index: number) => Queue;
  /** Waiting runs become stopped; one that trains is refused (inUse). */
  remove: (runIds: readonly string[]) => Queue;
  /** While it is paused no further run starts. */
  setPaused: (isPaused: boolean) => Queue;
  /** Starts the runs of the queue until none is left, or another process does; resolves when those that were started here have ended, rejects where it cannot go on. */
  work: () => Promise<void>;
}>;

export type SweepsService = Readonly<{
  /** Queues all its runs as one experiment. Throws `invalid` with the field and value that are wrong. */
  start: (
    request: Readonly<{ datasetId: string; sweep: Sweep }> &
      Pick<StartRequest, 'name' | 'looks' | 'marginPoints'>,
  ) => Experiment;
  /** Its runs, wherever they are to be trained. Throws as `start` does. */
  requestOf: (
    request: Parameters<SweepsService['start']>[0],
  ) => StartRequest & Readonly<{ title: string }>;
  /** What its runs would take; throws what `start` would. */
  estimate: (
    request: Readonly<{
      datasetId: string;
      sweep: Sweep;
      name?: string | undefined;
      looks?: number | undefined;
    }>,
  ) => Work;
}>;

export type BundlesService = Readonly<{
  /** Everything of some runs in one file, whole or not at all. */
  exportTo: (request: BundleExport, options: BundleOptions) => Promise<ExportedBundle>;
  /** One run while it waits or trains, as if it had been interrupted just now; a file that is there is replaced. */
  exportMoment: (
    request: Readonly<{ runId: string; path: string }>,
    options: BundleOptions,
  ) => Promise<Readonly<{ path: string; bytes: number }>>;
  /** What is not here yet, all of it or nothing. */
  importFrom: (file: string, options: ImportOptions) => Promise<ImportedBundle>;
  /** The same for the window; both refuse at once what can be told at once. */
  startExport: (request: BundleExport) => BundleJob;
  startImport: (file: string) => BundleJob;
  /** Newest first. */
  jobs: () => BundleJob[];
  cancel: (jobId: string) => BundleJob;
  close: () => Promise<void>;
}>;
export type BundleOptions = Readonly<{
  signal: AbortSignal;
  onProgress: (progress: BundleProgress) => void;
}>;
/** `onlyRun`: a bundle that holds any other run is refused. */
export type ImportOptions = BundleOptions & Readonly<{ onlyRun?: string }>;

export type EmbeddingsService = Readonly<{
  /** By epoch, then branch. */
  list: (runId: string) => Snapshot[];
  /** By id or unique prefix of it. */
  resolve: (snapshotId: string) => string;
  sentence: (
    request: CallInput<'embeddings.sentence'>,
  ) => Promise<CallOutput<'embeddings.sentence'>>;
  /** Over all stored epochs. */
  drift: (request: CallInput<'embeddings.drift'>) => Promise<CallOutput<'embeddings.drift'>>;
  /** Whoever waits for it gets the failure `cancelled`. */
  cancelDrift: (request: CallInput<'embeddings.cancelDrift'>) => void;
  /** Written under a temporary name, then renamed. `.npy`: float32 [rows, dims]; `.tsv`: id, word, values. An existing target is refused unless `isForced`. */
  exportTo: (
    snapshotId: string,
    file: string,
    options?: { isForced?: boolean },
  ) => Promise<Readonly<{ path: string; bytes: number }>>;
}>;

export type DiffsService = Readonly<{
  /** Begins it, or tells how far it is; the same tables compared in the same way have the same id. */
  start: (request: DiffStart) => Promise<DiffState>;
  state: (diffId: string) => DiffState;
  /** Resolves when it is saved; throws what went wrong. */
  finished: (diffId: string) => Promise<Diff>;
  cancel: (diffId: string) => DiffState;
  /** Those that are kept, newest first. */
  list: () => CallOutput<'diffs.list'>;
  get: (diffId: string) => Diff;
  words: (request: CallInput<'diffs.words'>) => CallOutput<'diffs.words'>;
  columns: (request: CallInput<'diffs.columns'>) => CallOutput<'diffs.columns'>;
  neighbours: (request: CallInput<'diffs.neighbours'>) => CallOutput<'diffs.neighbours'>;
  projection: (request: CallInput<'diffs.projection'>) => Promise<CallOutput<'diffs.projection'>>;
  epochs: (diffId: string) => CallOutput<'diffs.epochs'>;
  trajectories: (
    request: CallInput<'diffs.trajectories'>,
  ) => Promise<CallOutput<'diffs.trajectories'>>;
  neighbourChanges: (
    request: CallInput<'diffs.neighbourChanges'>,
  ) => Promise<CallOutput<'diffs.neighbourChanges'>>;
  /** Of the test reviews that both runs of a pair have judged. */
  reviews: (request: CallInput<'diffs.reviews'>) => Promise<CallOutput<'diffs.reviews'>>;
  cancelReviews: (request: CallInput<'diffs.cancelReviews'>) => void;
  sentence: (request: CallInput<'diffs.sentence'>) => Promise<CallOutput<'diffs.sentence'>>;
  exportTo: (request: CallInput<'diffs.export'>) => CallOutput<'diffs.export'>;
  remove: (diffId: string) => void;
  /** Of one that was removed since the program started; throws `notFound` for others. */
  restore: (diffId: string) => void;
  /** Cancels what is being compared. */
  close: () => Promise<void>;
}>;

export type TransplantsService = Readonly<{
  /** Begins it, or tells how far it is; throws where the one table cannot stand in the other's place. */
  start: (request: TransplantRequest) => TransplantState;
  state: (request: TransplantRequest) => TransplantState;
  /** Finished ones between the tables of a comparison, in its numbering; also from other comparisons of the same two tables. */
  list: (diffId: string) => Transplant[];
  /** Resolves when it is saved; throws what went wrong. */
  finished: (request: TransplantRequest) => Promise<Transplant>;
  cancel: (request: TransplantRequest) => TransplantState;
  /** Cancels what is being evaluated. */
  close: () => Promise<void>;
}>;

export type OutsideTablesService = Readonly<{
  /** By name. */
  list: () => OutsideTable[];
  import: (request: CallInput<'outsideTables.import'>) => Promise<ImportedOutside>;
  remove: (tableId: string) => void;
  /** Of one that was removed since the program started; throws `notFound` for others. */
  restore: (tableId: string) => void;
}>;

export type ExperimentsService = Readonly<{
  /** Newest first; without those whose runs are all in the trash. */
  list: () => Experiment[];
  get: (experimentId: string) => Experiment;
  /** Null where there is none, or all its runs are in the trash. */
  find: (experimentId: string) => Experiment | null;
  /** By id, unique prefix of it, or name. */
  resolve: (nameOrId: string) => string;
  /** Of the experiment's finished runs. */
  judgeExperiment: (experimentId: string, weights: 'best' | 'last') => Promise<Judgement>;
  /** `marginPoints`: as if that had been the band. */
  judge: (
    runIds: readonly string[],
    weights: 'best' | 'last',
    marginPoints?: number,
  ) => Promise<Judgement>;
  /** Queues every configuration of it with so many more seeds: one more look than was planned. */
  extend: (experimentId: string, seedCount: number) => Experiment;
  /** Takes back what was added: stopped where it trains, and put into the trash. */
  retract: (runIds: readonly string[]) => Promise<string[]>;
}>;

export type SettingsService = Readonly<{
  get: () => Settings;
  set: (change: Partial<Settings>) => Settings;
}>;

/** Copies of the main database; restoring one is for whoever opens the home (backups/restore.ts). */
export type BackupsService = Readonly<{
  /** With those that a restore replaced, newest first. */
  list: () => Backup[];
  /** In a process of its own. Throws one sentence where it cannot be made whole; nothing is left of it then. */
  create: () => Promise<Backup>;
}>;

export type SystemService = Readonly<{ info: () => Promise<SystemInfo> }>;

/** Curves of trainings outside of Twofold. */
export type OutsideCurvesService = Readonly<{
  /** By name. */
  list: () => OutsideCurve[];
  /** By id, unique prefix of it, or name. */
  resolve: (nameOrId: string) => string;
  /** From a CSV file: all of its curves, or none. */
  import: (request: CallInput<'outsideCurves.import'>) => CallOutput<'outsideCurves.import'>;
  remove: (curveId: string) => void;
  restore: (curve: OutsideCurve) => void;
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

export type ReportsService = Readonly<{
  /** Newest change first. */
  list: (options?: Readonly<{ isTrash?: boolean }>) => Report[];
  get: (reportId: string) => Report;
  /** By id, unique prefix of it, or title. */
  resolve: (titleOrId: string) => string;
  /** A new one where no id is given. */
  save: (request: Readonly<{ reportId?: string | undefined; spec: ReportSpec }>) => Report;
  remove: (reportIds: readonly string[]) => string[];
  restore: (reportIds: readonly string[]) => string[];
  /** Of these runs, with the usual sections; those that would be empty are left out. */
  draft: (
    request: Readonly<{
      runIds: readonly string[];
      title?: string | undefined;
      weights?: 'best' | 'last' | undefined;
      curveIds?: readonly string[] | undefined;
    }>,
  ) => ReportSpec;
  /** The HTML file as it would be written. */
  page: (spec: ReportSpec) => Promise<string>;
  /** The address of the same in the window's shell; the newest few are kept. */
  preview: (spec: ReportSpec) => Promise<Preview>;
  /** What a shell answers at the path of that address. */
  previewAt: (path: string) => string | undefined;
  /** A file or a folder, as the format has it: complete or not at all. An existing target is refused unless `isForced`. */
  exportSpec: (
    request: Readonly<{ spec: ReportSpec; format: ReportFormat; path: string; isForced: boolean }>,
    options?: ExportOptions,
  ) => Promise<ReportFile>;
  /** Exports under way that a window has named. */
  exports: Readonly<{
    run: <T>(exportId: string, work: (options: ExportOptions) => Promise<T>) => Promise<T>;
    progress: (exportId: string) => ReportProgress | null;
    cancel: (exportId: string) => void;
    cancelAll: () => void;
  }>;
  /** A report's HTML file, checked against the hash that it carries. */
  read: (file: string) => Promise<ReadReport>;
  /** Queues the runs of such a file that this home does not have. */
  queueRuns: (file: string) => Promise<string[]>;
}>;
