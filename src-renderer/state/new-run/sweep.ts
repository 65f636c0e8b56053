import {
  configField,
  configFieldNames,
  configFields,
  numberBounds,
  type ConfigFieldName,
} from '#contract/config-fields.ts';
import type { Distribution, Sweep } from '#contract/sweep.ts';
import { readFieldText } from '#core/config/run-config.ts';

import {
  factorNames,
  inputOf,
  isDecidedByPlan,
  sideOf,
  writtenValue,
  type FieldTexts,
  type PlanName,
} from './plan.ts';

export type SweepKind = 'grid' | 'random';
/** Values to choose from, or an interval to draw from. */
export type Scale = 'values' | 'uniform' | 'log';
/** `text`: "32, 64, 128", or the two ends of an interval. */
export type VariedField = Readonly<{
  field: ConfigFieldName;
  scale: Scale;
  text: string;
  isTouched: boolean;
}>;

export type SweepDraft = Readonly<{
  texts: FieldTexts;
  plan: PlanName;
  startFrom: string;
  seedCount: number;
  kind: SweepKind;
  varied: readonly VariedField[];
  draws: string;
  drawSeed: string;
}>;

export const variableFields = (plan: PlanName): ConfigFieldName[] =>
  configFieldNames.filter(
    (field) =>
      configField(field).isAside !== true &&
      !isDecidedByPlan(plan, field) &&
      (plan !== 'capacity' || field !== 'embeddingDim'),
  );

/** Of what is drawn at random, each side of the capacity pair would be another. */
export const sweepKinds = (plan: PlanName): readonly SweepKind[] =>
  plan === 'capacity' ? ['grid'] : ['grid', 'random'];

export function sweepOf(draft: SweepDraft): Sweep {
  const { texts, plan, startFrom, seedCount, kind, varied } = draft;
  const base = Object.fromEntries(
    Object.entries(inputOf(texts)).filter(
      ([name]) =>
        name !== 'seed' &&
        !isDecidedByPlan(plan, name as ConfigFieldName) &&
        !varied.some(({ field }) => field === name),
    ),
  );
  const first = Number(readFieldText('seed', texts.seed));
  const cells = gridOfPlan(plan);
  const dim = Number(readFieldText('embeddingDim', texts.embeddingDim));
  const sides = (['A', 'B'] as const).map((side) => ({
    embeddingDim: dim,
    ...sideOf(plan, side, dim),
  }));
  const values = Object.fromEntries(
    varied.map(({ field, text }) => [field, valuesOf(field, text)]),
  );
  const fields = Object.fromEntries(varied.map((of) => [of.field, distributionOf(of)]));
  return {
    base: { ...base, ...(startFrom === 'none' ? {} : { startFrom }) },
    ...(plan === 'capacity' ? { list: sides } : {}),
    ...(kind === 'grid' ? { grid: { ...values, ...cells } } : {}),
    ...(kind === 'random' && cells !== null ? { grid: cells } : {}),
    ...(kind === 'random'
      ? { random: { count: Number(draft.draws), seed: Number(draft.drawSeed), fields } }
      : {}),
    seeds: Array.from({ length: seedCount }, (_, index) => first + index),
  };
}

/** What is typed, in pieces: separated by spaces, by commas before a space, or by semicolons. */
export function valuesOf(field: ConfigFieldName, text: string): (number | string)[] {
  return text
    .trim()
    .replace(/,$/, '')
    .split(/,\s+|\s*;\s*|\s+/)
    .filter((piece) => piece !== '')
    .map((piece) => readFieldText(field, piece));
}

/** What a field is varied by at first: all its choices, or its value with the half and the double. */
export function firstText(field: ConfigFieldName, scale: Scale, value: number | string): string {
  const { words = [], default: usual } = configField(field);
  const bounds = numberBounds(field);
  if (bounds === null) return words.join(', ');
  const middle = typeof value === 'number' ? value : typeof usual === 'number' ? usual : bounds.min;
  const factors = scale === 'values' ? [0.5, 1, 2] : scale === 'log' ? [0.1, 10] : [0.5, 2];
  const values = factors.map((factor) => {
    const scaled = Number((middle * factor).toPrecision(3));
    return Math.min(
      bounds.max,
      Math.max(bounds.min, bounds.isInteger ? Math.round(scaled) : scaled),
    );
  });
  return [...new Set(values)].map(writtenValue).join(', ');
}

/** Whether an interval can be drawn from. */
export const hasScale = (field: ConfigFieldName): boolean => numberBounds(field) !== null;

function distributionOf({ field, scale, text }: VariedField): Distribution {
  const values = valuesOf(field, text);
  if (scale === 'values') return values;
  const [low, high] = values.map(Number);
  // What is no interval is refused with its values named.
  const range: [number, number] = [low ?? Number.NaN, high ?? Number.NaN];
  return scale === 'log' ? { logUniform: range } : { uniform: range };
}

function gridOfPlan(plan: PlanName): Record<string, unknown[]> | null {
  if (plan === 'pair') return { variant: ['A', 'B'] };
  if (plan === 'embedding')
    return { embedding: [...configFields.embedding.words], branches: ['both'] };
  return plan === 'grid'
    ? Object.fromEntries(factorNames.map((name) => [name, [...configFields[name].words]]))
    : null;
}
