import { z } from 'zod';

import * as m from '#messages';

/**
 * The fields of a run's configuration with defaults and bounds: one table from which the form, the command line's flags and
 * the schema below are made. Hints and labels are in the renderer's message catalogue under the same names.
 */
export const numberFields = {
  numWords: { min: 100, max: 200_000, default: 6000, isInteger: true },
  maxLength: { min: 8, max: 2000, default: 500, isInteger: true },
  embeddingDim: { min: 2, max: 1024, default: 64, isInteger: true },
  hiddenUnits: { min: 2, max: 1024, default: 128, isInteger: true },
  filters: { min: 1, max: 2048, default: 300, isInteger: true },
  kernelSize: { min: 1, max: 9, default: 3, isInteger: true },
  embeddingDropout: { min: 0, max: 0.9, default: 0.2, isInteger: false },
  denseDropout: { min: 0, max: 0.9, default: 0.5, isInteger: false },
  batchSize: { min: 1, max: 4096, default: 300, isInteger: true },
  epochs: { min: 1, max: 10_000, default: 1000, isInteger: true },
  minDelta: { min: 0, max: Infinity, default: 0, isInteger: false },
  learningRate: { min: 0, max: 1, default: 0.001, isInteger: false, isMinExclusive: true },
  seed: { min: 1, max: 2_147_483_647, default: 1, isInteger: true },
} as const satisfies Record<string, NumberField>;

/** Fields that take a number in bounds or one of a few words. */
export const numberOrWordFields = {
  patience: { min: 1, max: 1000, isInteger: true, words: ['none'], default: 5 },
  clipNorm: {
    min: 0,
    max: Infinity,
    isInteger: false,
    isMinExclusive: true,
    words: ['none'],
    default: 'none',
  },
  validation: { min: 0.05, max: 0.5, isInteger: false, words: ['test', 'own'], default: 0.2 },
  limit: { min: 16, max: Infinity, isInteger: true, words: ['none'], default: 'none' },
  /** Embedding tables of `every` epoch, of every n-th, or of the `ends` alone: epoch 0, best and last, which always stay. */
  snapshots: { min: 1, max: 10_000, isInteger: true, words: ['every', 'ends'], default: 'every' },
  threads: { min: 1, max: 256, isInteger: true, words: ['auto'], default: 'auto' },
} as const satisfies Record<string, NumberOrWordField>;

export const choiceFields = {
  embedding: { options: ['separate', 'shared'], default: 'separate' },
  convPadding: { options: ['same', 'valid'], default: 'same' },
  cnnHead: { options: ['none', 'dense'], default: 'none' },
  branches: { options: ['both', 'cnn', 'lstm'], default: 'both' },
  padding: { options: ['pre', 'post'], default: 'pre' },
  truncating: { options: ['pre', 'post'], default: 'pre' },
  lstmActivation: { options: ['tanh', 'relu'], default: 'tanh' },
  /** Whether the training sample and the hold-out are the same for all seeds, or drawn anew for each (core/row-choice.ts). */
  subset: { options: ['fixed', 'seed'], default: 'fixed' },
  backend: { options: ['auto', 'native', 'wasm'], default: 'auto' },
} as const satisfies Record<string, ChoiceField>;

export type NumberField = Readonly<{
  min: number;
  max: number;
  default: number;
  isInteger: boolean;
  isMinExclusive?: boolean;
}>;
export type NumberOrWordField = Readonly<{
  min: number;
  max: number;
  isInteger: boolean;
  isMinExclusive?: boolean;
  words: readonly string[];
  default: number | string;
}>;
export type ChoiceField = Readonly<{ options: readonly string[]; default: string }>;

export type NumberFieldName = keyof typeof numberFields;
export type NumberOrWordFieldName = keyof typeof numberOrWordFields;
export type ChoiceFieldName = keyof typeof choiceFields;
export type ConfigFieldName = NumberFieldName | NumberOrWordFieldName | ChoiceFieldName;

/** The sentence for a value out of bounds, the same in the form and on the command line. */
export const boundsSentence = (field: NumberField | NumberOrWordField): string =>
  m.config_use({ range: boundsText(field) });

/** What a field takes: "whole number from 1 to 9", "number above 0, or none". */
export function boundsText(field: NumberField | NumberOrWordField): string {
  const isOpen = field.isMinExclusive === true;
  const inputs = {
    kind: field.isInteger ? 'whole' : 'any',
    min: field.min.toLocaleString('en-US'),
    max: field.max.toLocaleString('en-US'),
  };
  const bounded = isOpen ? m.config_range_above_and_at_most : m.config_range_between;
  const unbounded = isOpen ? m.config_range_above : m.config_range_at_least;
  const range = Number.isFinite(field.max) ? bounded(inputs) : unbounded(inputs);
  const words = 'words' in field ? field.words : [];
  return words.reduce((text, word) => m.config_or_word({ range: text, word }), range);
}

const number = (name: NumberFieldName) => bounded(numberFields[name]);
const numberOr = <const W extends string>(name: NumberOrWordFieldName, words: readonly W[]) =>
  z.union([z.enum(words), bounded(numberOrWordFields[name])], {
    error: () => boundsSentence(numberOrWordFields[name]),
  });

/** One frozen configuration, stored whole with its run. `variant` is null where the three factors are of no preset. */
export const runConfigSchema = z.object({
  variant: z.enum(['A', 'B']).nullable(),
  embedding: z.enum(choiceFields.embedding.options),
  convPadding: z.enum(choiceFields.convPadding.options),
  cnnHead: z.enum(choiceFields.cnnHead.options),
  branches: z.enum(choiceFields.branches.options),
  numWords: number('numWords'),
  maxLength: number('maxLength'),
  padding: z.enum(choiceFields.padding.options),
  truncating: z.enum(choiceFields.truncating.options),
  embeddingDim: number('embeddingDim'),
  hiddenUnits: number('hiddenUnits'),
  filters: number('filters'),
  kernelSize: number('kernelSize'),
  embeddingDropout: number('embeddingDropout'),
  denseDropout: number('denseDropout'),
  lstmActivation: z.enum(choiceFields.lstmActivation.options),
  batchSize: number('batchSize'),
  epochs: number('epochs'),
  patience: numberOr('patience', numberOrWordFields.patience.words),
  minDelta: number('minDelta'),
  learningRate: number('learningRate'),
  clipNorm: numberOr('clipNorm', numberOrWordFields.clipNorm.words),
  seed: number('seed'),
  validation: numberOr('validation', numberOrWordFields.validation.words),
  limit: numberOr('limit', numberOrWordFields.limit.words),
  /** Runs of earlier versions lack it. */
  subset: z.enum(choiceFields.subset.options).default(choiceFields.subset.default),
  snapshots: numberOr('snapshots', numberOrWordFields.snapshots.words),
  threads: numberOr('threads', numberOrWordFields.threads.words),
  backend: z.enum(choiceFields.backend.options),
  /** The run and epoch whose weights it starts from (core/start-from.ts); `none` draws new ones. No field of the form. */
  startFrom: z
    .string()
    .regex(/^(?:none|[a-z0-9]+@\d+)$/, {
      error: () => m.config_start_from(),
    })
    .default('none'),
});
export type RunConfig = Readonly<z.infer<typeof runConfigSchema>>;

/** What a form or a command line gives: any fields; the rest are defaults (core/run-config.ts resolves it). */
export const runConfigInputSchema = z
  .object(
    {
      variant: z
        .enum(['A', 'B'], { error: () => m.config_use_choice({ choices: `A${m.config_or()}B` }) })
        .nullable()
        .optional(),
      preset: z
        .enum(['original'], { error: () => m.config_use_choice({ choices: 'original' }) })
        .optional(),
    },
    { error: () => m.config_fields() },
  )
  .catchall(z.unknown());
export type RunConfigInput = Readonly<
  Partial<Record<ConfigFieldName, unknown>> & {
    variant?: 'A' | 'B' | null | undefined;
    preset?: 'original' | undefined;
    startFrom?: string | undefined;
  }
>;

function bounded(field: NumberField | NumberOrWordField) {
  const error = () => boundsSentence(field);
  const base = z.number({ error });
  const whole = field.isInteger ? base.int({ error }) : base;
  const low = field.isMinExclusive
    ? whole.gt(field.min, { error })
    : whole.min(field.min, { error });
  return low.max(field.max, { error });
}
