import {
  choiceFields,
  numberFields,
  numberOrWordFields,
  type ConfigFieldName,
  type RunConfig,
  type RunConfigInput,
} from '#contract/run-config.ts';
import { factorNames } from '#core/experiment/grouping.ts';
import {
  configFieldNames,
  defaultConfig,
  originalPreset,
  readFieldText,
  variantFactors,
} from '#core/run-config.ts';

/** What the cards offer: one run, A and B with the same seeds, or all eight combinations of the three factors. */
export const planNames = ['A', 'B', 'pair', 'grid'] as const;
export type PlanName = (typeof planNames)[number];
export type FieldTexts = Record<ConfigFieldName, string>;

export { factorNames };
export const maxSeedCount = 12;

/** Fields that the pair and the grid decide themselves. */
export function isDecidedByPlan(plan: PlanName, field: ConfigFieldName): boolean {
  if (plan === 'A' || plan === 'B') return false;
  return field === 'branches' || factorNames.some((name) => name === field);
}

/** The settings that changes are counted against. */
export const bases = {
  defaults: defaultConfig,
  original: { ...defaultConfig, ...originalPreset },
} as const satisfies Record<string, RunConfig>;

/** A base with the factors of the variant that is shown. */
export function presetOf(base: RunConfig, variant: 'A' | 'B'): FieldTexts {
  return textsOf({ ...base, ...variantFactors[variant] });
}

export function textsOf(config: RunConfig): FieldTexts {
  return Object.fromEntries(configFieldNames.map((name) => [name, writtenValue(config[name])])) as FieldTexts;
}

/** As a field shows it: whole numbers with their thousands separated. */
export function writtenValue(value: number | string): string {
  return typeof value === 'number' && Number.isInteger(value) ? value.toLocaleString('en-US') : String(value);
}

export function changedFields(texts: FieldTexts, preset: FieldTexts, plan: PlanName): ConfigFieldName[] {
  return configFieldNames.filter(
    (name) => !isDecidedByPlan(plan, name) && readFieldText(name, texts[name]) !== readFieldText(name, preset[name]),
  );
}

export function inputOf(texts: FieldTexts): RunConfigInput {
  return Object.fromEntries(configFieldNames.map((name) => [name, readFieldText(name, texts[name])]));
}

/** One configuration a run, seeds outermost, so that a pair's runs are interleaved: A 1, B 1, A 2, B 2. */
export function plannedRuns(texts: FieldTexts, plan: PlanName, seedCount: number): RunConfigInput[] {
  const input = inputOf(texts);
  const first = Number(input.seed);
  const seeds = Array.from({ length: seedCount }, (_, index) => first + index);
  return seeds.flatMap((seed) => factorsOf(plan).map((factors) => ({ ...input, ...factors, seed })));
}

export function runCount(plan: PlanName, seedCount: number): number {
  return factorsOf(plan).length * seedCount;
}

function factorsOf(plan: PlanName): readonly RunConfigInput[] {
  if (plan === 'pair') {
    return [
      { ...variantFactors.A, branches: 'both' },
      { ...variantFactors.B, branches: 'both' },
    ];
  }
  if (plan === 'grid') {
    return choiceFields.embedding.options.flatMap((embedding) =>
      choiceFields.convPadding.options.flatMap((convPadding) =>
        choiceFields.cnnHead.options.map((cnnHead) => ({ embedding, convPadding, cnnHead, branches: 'both' })),
      ),
    );
  }
  return [{}];
}

/** What can be drawn and counted while some fields are wrong: those fields as the preset has them. */
export function drawableConfig(texts: FieldTexts, preset: FieldTexts): RunConfig {
  const values = configFieldNames.map((name) => {
    const value = readFieldText(name, texts[name]);
    return [name, isInBounds(name, value) ? value : readFieldText(name, preset[name])];
  });
  return { ...defaultConfig, ...(Object.fromEntries(values) as Partial<RunConfig>) };
}

function isInBounds(name: ConfigFieldName, value: number | string): boolean {
  if (name in choiceFields) return true;
  const field =
    name in numberFields
      ? numberFields[name as keyof typeof numberFields]
      : numberOrWordFields[name as keyof typeof numberOrWordFields];
  if (typeof value === 'string') return 'words' in field && field.words.some((word) => word === value);
  const isAbove = 'isMinExclusive' in field ? value > field.min : value >= field.min;
  return isAbove && value <= field.max && (!field.isInteger || Number.isInteger(value));
}

/** Reviews that are trained on and held out, after `limit` and the hold-out. */
export function splitSizes(
  config: Pick<RunConfig, 'limit' | 'validation'>,
  trainCount: number,
): Readonly<{ train: number; heldOut: number }> {
  const all = config.limit === 'none' ? trainCount : Math.min(config.limit, trainCount);
  const heldOut = typeof config.validation === 'number' ? Math.round(all * config.validation) : 0;
  return { train: all - heldOut, heldOut };
}
