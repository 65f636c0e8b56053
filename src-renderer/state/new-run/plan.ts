import { configFieldNames, configFields, type ConfigFieldName } from '#contract/config-fields.ts';
import { runConfigSchema, type RunConfig, type RunConfigInput } from '#contract/run-config.ts';
import { factorNames } from '#core/experiment/grouping.ts';
import {
  defaultConfig,
  originalPreset,
  readFieldText,
  variantFactors,
} from '#core/config/run-config.ts';

/**
 * What the cards offer: one run; A and B with the same seeds; the embedding alone separate and shared; the same with as many weights
 * on both sides (separate at half the dimensions); all eight combinations of the three factors.
 */
export const planNames = ['A', 'B', 'pair', 'embedding', 'capacity', 'grid'] as const;
export type PlanName = (typeof planNames)[number];
export const isSingle = (plan: PlanName): plan is 'A' | 'B' => plan === 'A' || plan === 'B';
export type FieldTexts = Record<ConfigFieldName, string>;

export { factorNames };
export const maxSeedCount = 12;

/** Fields that the pair and the grid decide themselves. */
export function isDecidedByPlan(plan: PlanName, field: ConfigFieldName): boolean {
  if (isSingle(plan)) return false;
  if (field === 'branches' || field === 'embedding') return true;
  return (plan === 'pair' || plan === 'grid') && factorNames.some((name) => name === field);
}

/** What a plan sets for one of its two sides, beside the fields of the form. */
export function sideOf(plan: PlanName, side: 'A' | 'B', embeddingDim: number): RunConfigInput {
  if (plan === 'pair' || plan === 'grid') return { ...variantFactors[side], branches: 'both' };
  const { embedding } = variantFactors[side];
  const isHalf = plan === 'capacity' && side === 'A';
  return { embedding, branches: 'both', ...(isHalf ? { embeddingDim: halfOf(embeddingDim) } : {}) };
}

/** Two tables at half the dimensions have as many weights as one. */
export const halfOf = (embeddingDim: number): number =>
  Math.max(configFields.embeddingDim.min, Math.floor(embeddingDim / 2));

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
  return Object.fromEntries(
    configFieldNames.map((name) => [name, writtenValue(config[name])]),
  ) as FieldTexts;
}

/** As a field shows it: whole numbers with their thousands separated. */
export function writtenValue(value: number | string): string {
  return typeof value === 'number' && Number.isInteger(value)
    ? value.toLocaleString('en-US')
    : String(value);
}

export function changedFields(
  texts: FieldTexts,
  preset: FieldTexts,
  plan: PlanName,
): ConfigFieldName[] {
  return configFieldNames.filter(
    (name) =>
      !isDecidedByPlan(plan, name) &&
      readFieldText(name, texts[name]) !== readFieldText(name, preset[name]),
  );
}

export function inputOf(texts: FieldTexts): RunConfigInput {
  return Object.fromEntries(
    configFieldNames.map((name) => [name, readFieldText(name, texts[name])]),
  );
}

/** One configuration a run, seeds outermost, so that a pair's runs are interleaved: A 1, B 1, A 2, B 2. */
export function plannedRuns(
  texts: FieldTexts,
  plan: PlanName,
  seedCount: number,
): RunConfigInput[] {
  const input = inputOf(texts);
  const first = Number(input.seed);
  const seeds = Array.from({ length: seedCount }, (_, index) => first + index);
  const dim = Number(input.embeddingDim);
  return seeds.flatMap((seed) =>
    factorsOf(plan, dim).map((factors) => ({ ...input, ...factors, seed })),
  );
}

export function runCount(plan: PlanName, seedCount: number): number {
  return factorsOf(plan, configFields.embeddingDim.default).length * seedCount;
}

function factorsOf(plan: PlanName, embeddingDim: number): readonly RunConfigInput[] {
  if (isSingle(plan)) return [{}];
  if (plan === 'grid') {
    return factorNames.reduce<RunConfigInput[]>(
      (cells, name) =>
        cells.flatMap((cell) =>
          configFields[name].words.map((word) => ({ ...cell, [name]: word })),
        ),
      [{ branches: 'both' }],
    );
  }
  return [sideOf(plan, 'A', embeddingDim), sideOf(plan, 'B', embeddingDim)];
}

/** What can be drawn and counted while some fields are wrong: those fields as the preset has them. */
export function drawableConfig(texts: FieldTexts, preset: FieldTexts): RunConfig {
  const values = configFieldNames.map((name) => {
    const value = readFieldText(name, texts[name]);
    return [
      name,
      runConfigSchema.shape[name].safeParse(value).success
        ? value
        : readFieldText(name, preset[name]),
    ];
  });
  return { ...defaultConfig, ...(Object.fromEntries(values) as Partial<RunConfig>) };
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
