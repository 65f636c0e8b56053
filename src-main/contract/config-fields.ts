import * as m from '#messages';

/**
 * What there is to know of a field of a run's configuration. The schema, the form, the command line's flags, names of runs and tables
 * of figures are made from these rows; a new field also does something (trainer).
 */
export type ConfigField = Readonly<{
  /** Numbers that it takes. */
  min?: number;
  max?: number;
  isInteger?: boolean;
  isMinExclusive?: boolean;
  /** Words that it takes, alone or beside numbers. */
  words?: readonly string[];
  default: number | string;
  /** What runs have that were stored before there was such a field; a field of the first version has none. */
  before?: number | string;
  label: () => string;
  section: SectionName;
  /** Its place in the section: smaller comes first, 0 without; the same as in this table. */
  order?: number;
  /** The layer that it changes, and its words there in drawings, tables and reports; not said where it is as in older runs. */
  layer?: Readonly<{
    kind: LayerKind;
    words: (inputs: { value: string }) => string;
    /** The argument of the layer in Keras that takes its value. */
    keras?: string;
  }>;
  /** Its words are chosen from a list that opens: side by side they would reach into the hint. */
  isList?: true;
  /** It does not say what is trained: the replicate, how fast, and what is kept of it. */
  isAside?: true;
  /** Its words in the name of a run that differs in it from the defaults; without them it is in no name. */
  inNames?: (inputs: { value: string }) => string;
  /** In tables of figures. */
  unit?: () => string;
  /** Behind its number in the form. */
  formUnit?: () => string;
  /** What its present value does, in at most two short lines; where that takes figures, the form says it (views/new-run/hints.ts). */
  hint?: (inputs: { value: string }) => string;
  /** What an arrow key adds to it. */
  step?: number;
  /** Where the form goes from its word to a number. */
  firstNumber?: number;
}>;

export type LayerKind =
  'input' | 'embedding' | 'conv' | 'pool' | 'cnnDense' | 'lstm' | 'flatten' | 'concat' | 'output';

export type SectionName = 'data' | 'model' | 'training' | 'machine';

/** In the order of names, tables and flags. */
export const configFields = {
  embedding: {
    section: 'model',
    words: ['separate', 'shared'],
    default: 'separate',
    label: m.fields_embedding,
    hint: m.fields_hint_embedding,
  },
  convPadding: {
    section: 'model',
    words: ['same', 'valid'],
    default: 'same',
    label: m.fields_conv_padding,
  },
  cnnHead: {
    section: 'model',
    words: ['none', 'dense'],
    default: 'none',
    label: m.fields_cnn_head,
  },
  branches: {
    section: 'model',
    words: ['both', 'cnn', 'lstm'],
    default: 'both',
    label: m.fields_branches,
    hint: m.fields_hint_branches,
    inNames: m.fields_name_branches,
  },
  numWords: {
    section: 'data',
    min: 100,
    max: 200_000,
    default: 6000,
    isInteger: true,
    label: m.fields_num_words,
    formUnit: m.fields_unit_words,
    inNames: m.fields_name_num_words,
    unit: m.report_unit_words,
    step: 500,
  },
  maxLength: {
    section: 'data',
    order: -1,
    min: 8,
    max: 2000,
    default: 500,
    isInteger: true,
    label: m.fields_max_length,
    formUnit: m.fields_unit_tokens,
    inNames: m.fields_name_max_length,
    unit: m.fields_unit_tokens,
    step: 10,
  },
  padding: {
    section: 'data',
    words: ['pre', 'post'],
    default: 'pre',
    label: m.fields_padding,
    hint: m.fields_hint_padding,
    inNames: m.fields_name_padding,
  },
  truncating: {
    section: 'data',
    words: ['pre', 'post'],
    default: 'pre',
    label: m.fields_truncating,
    hint: m.fields_hint_truncating,
    inNames: m.fields_name_truncating,
  },
  embeddingDim: {
    section: 'model',
    min: 2,
    max: 1024,
    default: 64,
    isInteger: true,
    label: m.fields_embedding_dim,
    formUnit: m.fields_unit_dims,
    inNames: m.fields_name_embedding_dim,
    step: 8,
  },
  hiddenUnits: {
    section: 'model',
    order: 1,
    min: 2,
    max: 1024,
    default: 128,
    isInteger: true,
    label: m.fields_hidden_units,
    formUnit: m.fields_unit_units,
    inNames: m.fields_name_hidden_units,
    step: 8,
  },
  filters: {
    section: 'model',
    min: 1,
    max: 2048,
    default: 300,
    isInteger: true,
    label: m.fields_filters,
    inNames: m.fields_name_filters,
    step: 10,
  },
  kernelSize: {
    section: 'model',
    min: 1,
    max: 9,
    default: 3,
    isInteger: true,
    label: m.fields_kernel_size,
    inNames: m.fields_name_kernel_size,
    unit: m.fields_unit_tokens,
  },
  embeddingDropout: {
    section: 'model',
    order: 2,
    min: 0,
    max: 0.9,
    default: 0.2,
    label: m.fields_embedding_dropout,
    inNames: m.fields_layer_dense_dropout,
    unit: m.report_unit_share,
    step: 0.05,
  },
  denseDropout: {
    section: 'model',
    order: 2,
    layer: { kind: 'cnnDense', words: m.fields_layer_dense_dropout },
    min: 0,
    max: 0.9,
    default: 0.5,
    label: m.fields_dense_dropout,
    inNames: m.fields_name_dense_dropout,
    unit: m.report_unit_share,
    step: 0.05,
  },
  lstmActivation: {
    section: 'model',
    order: 1,
    layer: { kind: 'lstm', words: ({ value }) => value, keras: 'activation' },
    isList: true,
    words: ['tanh', 'relu'],
    default: 'tanh',
    label: m.fields_lstm_activation,
    hint: m.fields_hint_lstm_activation,
    inNames: ({ value }) => value,
  },
  batchSize: {
    section: 'training',
    order: -1,
    min: 1,
    max: 4096,
    default: 300,
    isInteger: true,
    label: m.fields_batch_size,
    formUnit: m.fields_unit_reviews,
    inNames: m.fields_name_batch_size,
    unit: m.fields_unit_reviews,
    step: 10,
  },
  epochs: {
    section: 'training',
    min: 1,
    max: 10_000,
    default: 1000,
    isInteger: true,
    label: m.fields_epochs,
    formUnit: m.fields_unit_epochs,
    inNames: m.fields_name_epochs,
    unit: m.fields_unit_epochs,
  },
  patience: {
    section: 'training',
    min: 1,
    max: 1000,
    isInteger: true,
    words: ['none'],
    default: 5,
    label: m.fields_patience,
    hint: m.fields_hint_patience,
    inNames: m.fields_name_patience,
    unit: m.fields_unit_epochs,
  },
  minDelta: {
    section: 'training',
    min: 0,
    max: Infinity,
    default: 0,
    label: m.fields_min_delta,
    formUnit: m.fields_unit_loss,
    hint: m.fields_hint_min_delta,
    inNames: m.fields_name_min_delta,
    unit: () => 'nat',
    step: 0.0001,
  },
  learningRate: {
    section: 'training',
    order: -1,
    min: 0,
    max: 1,
    default: 0.001,
    isMinExclusive: true,
    label: m.fields_learning_rate,
    inNames: m.fields_name_learning_rate,
    step: 0.0005,
  },
  clipNorm: {
    section: 'training',
    min: 0,
    max: Infinity,
    isMinExclusive: true,
    words: ['none'],
    default: 'none',
    label: m.fields_clip_norm,
    hint: m.fields_hint_clip_norm,
    inNames: m.fields_name_clip_norm,
    step: 0.5,
    firstNumber: 1,
  },
  seed: {
    section: 'training',
    isAside: true,
    min: 1,
    max: 2_147_483_647,
    default: 1,
    isInteger: true,
    label: m.fields_seed,
    inNames: m.fields_name_seed,
  },
  validation: {
    section: 'training',
    order: -1,
    min: 0.05,
    max: 0.5,
    words: ['test', 'own'],
    default: 0.2,
    label: m.fields_validation,
    inNames: m.fields_name_validation,
    unit: m.report_unit_share,
    step: 0.05,
  },
  limit: {
    section: 'data',
    min: 16,
    max: Infinity,
    isInteger: true,
    words: ['none'],
    default: 'none',
    label: m.fields_limit,
    inNames: m.fields_name_limit,
    unit: m.fields_unit_reviews,
    step: 500,
    firstNumber: 2000,
  },
  /** Whether the training sample and the hold-out are the same for all seeds, or drawn anew for each (core/config/row-choice.ts). */
  subset: {
    section: 'data',
    isList: true,
    words: ['fixed', 'seed'],
    default: 'fixed',
    before: 'fixed',
    label: m.fields_subset,
    inNames: m.fields_name_subset,
  },
  /** Embedding tables of `every` epoch, of every n-th, or of the `ends` alone: epoch 0, best and last, which always stay. */
  snapshots: {
    section: 'training',
    isAside: true,
    min: 1,
    max: 10_000,
    isInteger: true,
    words: ['every', 'ends'],
    default: 'every',
    label: m.fields_snapshots,
    firstNumber: 5,
  },
  threads: {
    section: 'machine',
    isAside: true,
    min: 1,
    max: 256,
    isInteger: true,
    words: ['auto'],
    default: 'auto',
    label: m.fields_threads,
    firstNumber: 2,
  },
  backend: {
    section: 'machine',
    isList: true,
    isAside: true,
    words: ['auto', 'native', 'wasm'],
    default: 'auto',
    label: m.fields_backend,
  },
} as const satisfies Record<string, ConfigField>;

type Fields = typeof configFields;
export type ConfigFieldName = keyof Fields;
export type NumberFieldName = {
  [Name in ConfigFieldName]: Fields[Name] extends { min: number } ? Name : never;
}[ConfigFieldName];
export type ChoiceFieldName = Exclude<ConfigFieldName, NumberFieldName>;
export type HintedFieldName = {
  [Name in ConfigFieldName]: Fields[Name] extends { hint: unknown } ? Name : never;
}[ConfigFieldName];
/** Those of a section. */
export type FieldOf<Section extends SectionName> = {
  [Name in ConfigFieldName]: Fields[Name] extends { section: Section } ? Name : never;
}[ConfigFieldName];
/** Every word that a field takes. */
export type FieldWord = Extract<Fields[ConfigFieldName], { words: unknown }>['words'][number];

/** What a field holds: a number, one of its words, or either. */
export type ConfigValue<Name extends ConfigFieldName> =
  | (Fields[Name] extends { min: number } ? number : never)
  | (Fields[Name] extends { words: readonly (infer Word)[] } ? Word : never);

export const configFieldNames = Object.keys(configFields) as ConfigFieldName[];

export type Bounds = Readonly<{
  min: number;
  max: number;
  isInteger: boolean;
  isMinExclusive: boolean;
}>;

/** The row of a field, whichever it is. */
export const configField = (name: ConfigFieldName): ConfigField => configFields[name];

/** The fields of a section of the form, in its order. */
export const fieldsOf = <Section extends SectionName>(
  section: Section,
): readonly FieldOf<Section>[] =>
  configFieldNames
    .filter((name): name is FieldOf<Section> => configField(name).section === section)
    .sort((a, b) => (configField(a).order ?? 0) - (configField(b).order ?? 0));

/** Null for a field that takes words alone. */
export function numberBounds(name: ConfigFieldName): Bounds | null {
  const { min, max, isInteger = false, isMinExclusive = false } = configField(name);
  return min === undefined || max === undefined ? null : { min, max, isInteger, isMinExclusive };
}

export const isChoice = (name: ConfigFieldName): name is ChoiceFieldName =>
  numberBounds(name) === null;

export const isConfigField = (name: string): name is ConfigFieldName =>
  Object.hasOwn(configFields, name);

/** What a field takes, in a few words: "whole number from 1 to 9", "number above 0, or none", "pre or post". */
export function fieldRange(name: ConfigFieldName): string {
  const { words = [] } = configField(name);
  const bounds = numberBounds(name);
  if (bounds === null) return words.join(m.config_or());
  return words.reduce((range, word) => m.config_or_word({ range, word }), boundsText(bounds));
}

/** The numbers alone. */
export function boundsText({ min, max, isInteger, isMinExclusive }: Bounds): string {
  const bounded = isMinExclusive ? m.config_range_above_and_at_most : m.config_range_between;
  const unbounded = isMinExclusive ? m.config_range_above : m.config_range_at_least;
  return (Number.isFinite(max) ? bounded : unbounded)({
    kind: isInteger ? 'whole' : 'any',
    min: min.toLocaleString('en-US'),
    max: max.toLocaleString('en-US'),
  });
}

/** The sentence for a value that a field does not take, the same in the form and on the command line. */
export function fieldSentence(name: ConfigFieldName): string {
  const range = fieldRange(name);
  return isChoice(name) ? m.config_use_choice({ choices: range }) : m.config_use({ range });
}
