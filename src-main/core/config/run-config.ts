import {
  configFieldNames,
  configFields,
  fieldRange,
  fieldSentence,
  isChoice,
  isConfigField,
  type ConfigFieldName,
} from '#contract/config-fields.ts';
import { runConfigSchema, type RunConfig, type RunConfigInput } from '#contract/run-config.ts';
import * as m from '#messages';

export type FieldError = Readonly<{ field: string; message: string }>;
export type ResolvedConfig =
  | Readonly<{ ok: true; config: RunConfig }>
  | Readonly<{ ok: false; errors: readonly FieldError[] }>;

type Factors = Pick<RunConfig, 'embedding' | 'convPadding' | 'cnnHead'>;

/** The two named presets of the three factors. */
export const variantFactors = {
  A: { embedding: 'separate', convPadding: 'same', cnnHead: 'none' },
  B: { embedding: 'shared', convPadding: 'valid', cnnHead: 'dense' },
} as const satisfies Record<'A' | 'B', Factors>;

/** The original experiment's settings where they differ from the defaults. */
export const originalPreset = {
  maxLength: 500,
  hiddenUnits: 128,
  validation: 'test',
} as const satisfies Partial<RunConfig>;

export const defaultConfig: RunConfig = Object.freeze({
  variant: 'A',
  ...(Object.fromEntries(
    configFieldNames.map((name) => [name, configFields[name].default]),
  ) as Pick<RunConfig, ConfigFieldName>),
  startFrom: 'none',
});

/**
 * Fills in defaults and presets and checks bounds. The variant is a preset of the three factors; given factors win over it, and
 * with other values than a preset's (or one branch only) the variant becomes null.
 */
export function resolveConfig(input: RunConfigInput): ResolvedConfig {
  const { variant, preset, ...fields } = input;
  const given = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  const unknown = Object.keys(given).filter((name) => !isConfigField(name) && name !== 'startFrom');
  if (unknown.length > 0) {
    return {
      ok: false,
      errors: unknown.map((field) => ({ field, message: m.config_no_field({ field }) })),
    };
  }
  const draft = {
    ...defaultConfig,
    ...(preset === 'original' ? originalPreset : {}),
    ...variantFactors[variant ?? 'A'],
    ...given,
  };
  const parsed = runConfigSchema.safeParse({ ...draft, variant: variantOf(draft) });
  const errors: FieldError[] = parsed.success
    ? []
    : parsed.error.issues.map((issue) => {
        const field = String(issue.path[0] ?? '');
        return { field, message: isConfigField(field) ? fieldSentence(field) : issue.message };
      });
  const config = parsed.success ? parsed.data : undefined;
  if (config !== undefined && config.kernelSize > config.maxLength) {
    errors.push({
      field: 'kernelSize',
      message: m.config_kernel_too_long({ maxLength: config.maxLength }),
    });
  }
  for (const field of ['learningRate', 'clipNorm'] as const) {
    const value = config?.[field];
    if (typeof value !== 'number') continue;
    const inputs = { range: fieldRange(field), value: String(value) };
    if (value < leastFloat32) errors.push({ field, message: m.config_zero_in_float32(inputs) });
    else if (!Number.isFinite(Math.fround(value)))
      errors.push({ field, message: m.config_infinite_in_float32(inputs) });
  }
  return config !== undefined && errors.length === 0 ? { ok: true, config } : { ok: false, errors };
}

/** The smallest normal float32: TensorFlow's threads treat what lies below it as 0. */
const leastFloat32 = 2 ** -126;

/** Which preset the three factors are, null for custom ones and for controls with one branch. */
export function variantOf(
  config: Partial<Record<keyof Factors | 'branches', unknown>>,
): 'A' | 'B' | null {
  if (config.branches !== 'both') return null;
  for (const variant of ['A', 'B'] as const) {
    const factors = variantFactors[variant];
    if (
      config.embedding === factors.embedding &&
      config.convPadding === factors.convPadding &&
      config.cnnHead === factors.cnnHead
    ) {
      return variant;
    }
  }
  return null;
}

/** `hiddenUnits` -> `hidden-units`. */
export const flagOf = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * A value typed as text, read as the field wants it: a number where it looks like one, else the word itself. Separators are
 * taken between groups of three digits only, so that a decimal comma ("0,01") is refused rather than read as another number.
 */
export function readFieldText(field: ConfigFieldName, text: string): number | string {
  const trimmed = text.trim();
  if (isChoice(field) || trimmed === '') return trimmed;
  const digits = isGrouped.test(trimmed) ? trimmed.replaceAll(/[\s,_]/g, '') : trimmed;
  const value = Number(digits);
  return Number.isFinite(value) ? value : trimmed;
}

const isGrouped = /^[1-9]\d{0,2}(?:([\s,_])\d{3})(?:\1\d{3})*(?:\.\d+)?$/;
