import type { ImportProgress, Reading, SplitName } from '#contract/dataset.ts';

/** One review as an importer finds it; `ids` are over the full vocabulary (rank + 3), start token first. */
export type RawDocument = Readonly<{
  split: SplitName;
  label: 0 | 1;
  rating: number | null;
}> &
  (Readonly<{ text: string }> | Readonly<{ ids: Int32Array }>);

export type TextDocument = Extract<RawDocument, { text: string }>;
export type IdsDocument = Extract<RawDocument, { ids: Int32Array }>;

/** What an importer is given to stay polite: time to breathe, the user's cancel, a place for progress. */
export type ImportContext = Readonly<{
  pace: Pace;
  /** Unfinished work on disk goes here; it is removed whatever happens. */
  temporaryFolder: string;
  limits: ImportLimits;
  /** Told once how the source is read. */
  took: (reading: Reading) => void;
}>;

/** Of a source that has no columns, and nothing to say beside its format. */
export const plainReading: Omit<Reading, 'format' | 'ids' | 'leftOut'> = {
  encoding: null,
  delimiter: null,
  hasHeader: null,
  textColumn: null,
  labelColumn: null,
  splitColumn: null,
  ratingColumn: null,
  labels: [],
};

/** Against hostile files; no real corpus of reviews comes near. */
export type ImportLimits = Readonly<{
  /** One review, unpacked. */
  reviewBytes: number;
  /** Everything in an archive, unpacked. */
  unpackedBytes: number;
  /** An archive may unpack to this many times its own size (text reaches about 10) once it is past `bombBytes`. */
  ratio: number;
  bombBytes: number;
  entries: number;
  /** One numpy array, unpacked. */
  arrayBytes: number;
  /** Different words of all texts: the vocabulary is in memory until it is ranked. */
  words: number;
}>;

export const defaultLimits: ImportLimits = {
  reviewBytes: 4_000_000,
  unpackedBytes: 4_000_000_000,
  ratio: 100,
  bombBytes: 64_000_000,
  entries: 2_000_000,
  arrayBytes: 1_000_000_000,
  words: 3_000_000,
};

export type Pace = Readonly<{
  /**
   * Call between small pieces of work, and await what it returns, if anything: it lets the process serve others about
   * every 10 ms, and throws once the import is cancelled.
   */
  breathe: () => Promise<void> | undefined;
  report: (progress: ImportProgress) => void;
  signal: AbortSignal;
}>;

export function createPace(
  signal: AbortSignal,
  onProgress: (progress: ImportProgress) => void,
): Pace {
  const sliceMs = 10;
  const reportEveryMs = 100;
  let sliceStart = performance.now();
  let reportedAt = -Infinity;
  let reportedPhase: ImportProgress['phase'] | null = null;
  return {
    signal,
    breathe() {
      if (performance.now() - sliceStart < sliceMs) return undefined;
      return new Promise((resolve, reject) => {
        setImmediate(() => {
          sliceStart = performance.now();
          if (signal.aborted) reject(signal.reason as Error);
          else resolve();
        });
      });
    },
    report(progress) {
      const now = performance.now();
      const isNews = progress.phase !== reportedPhase || progress.done === progress.total;
      if (!isNews && now - reportedAt < reportEveryMs) return;
      reportedAt = now;
      reportedPhase = progress.phase;
      onProgress(progress);
    },
  };
}
