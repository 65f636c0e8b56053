import type { RunConfigInput } from '../../src-main/contract/run-config.ts';

export const variants = ['A', 'B'] as const;
type Variant = (typeof variants)[number];

/** Ratios to reach (design: engine goals); `aim` is beyond them. */
export type Goals = Readonly<{
  trainVsKeras: number;
  evaluateVsKeras: number;
  trainVsLayers: number | null;
}>;

export type Setting = Readonly<{
  name: string;
  fields: RunConfigInput;
  /** Steps of training and reviews of evaluation in one round: short, thorough. */
  trainSteps: Readonly<{ quick: number; full: number }>;
  evaluateRows: Readonly<{ quick: number; full: number }>;
  /** Variants that a quick benchmark measures. */
  quickVariants: readonly Variant[];
  /** tfjs-layers keeps every intermediate tensor: steps a round, and the memory it takes; null where it is not measured. */
  layers: Readonly<{ steps: number; memoryBytes: number }> | null;
  /** Reviews of the runs that show what the workbench costs. */
  productRows: number;
  /** From "start" to the first step, seconds at most. */
  firstStepGoal: number;
  goals: Goals;
}>;

/** Share of the training speed that logging, snapshots and a window may cost. */
export const costGoal = 0.02;

const large = { maxLength: 500, hiddenUnits: 128, embeddingDim: 64, filters: 300 };

export const grid: readonly Setting[] = [
  {
    name: 'T=500 H=128 E=64 F=300, batch 300',
    fields: { ...large, batchSize: 300 },
    trainSteps: { quick: 2, full: 5 },
    evaluateRows: { quick: 2048, full: 6144 },
    quickVariants: ['A'],
    layers: { steps: 1, memoryBytes: 14e9 },
    productRows: 4000,
    firstStepGoal: 8,
    goals: { trainVsKeras: 1.65, evaluateVsKeras: 2.2, trainVsLayers: 8 },
  },
  {
    name: 'T=500 H=128 E=64 F=300, batch 32',
    fields: { ...large, batchSize: 32 },
    trainSteps: { quick: 10, full: 30 },
    evaluateRows: { quick: 2048, full: 6144 },
    quickVariants: ['A'],
    layers: { steps: 1, memoryBytes: 3e9 },
    productRows: 2400,
    firstStepGoal: 8,
    goals: { trainVsKeras: 2, evaluateVsKeras: 2, trainVsLayers: 30 },
  },
  {
    name: 'T=100 H=32 E=32 F=100, batch 32',
    fields: { maxLength: 100, hiddenUnits: 32, embeddingDim: 32, filters: 100, batchSize: 32 },
    trainSteps: { quick: 100, full: 300 },
    evaluateRows: { quick: 4096, full: 12_288 },
    quickVariants: variants,
    layers: null,
    productRows: 25_000,
    firstStepGoal: 2,
    goals: { trainVsKeras: 3, evaluateVsKeras: 3, trainVsLayers: null },
  },
];
