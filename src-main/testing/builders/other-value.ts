import {
  configField,
  fieldsOf,
  numberBounds,
  type ConfigFieldName,
  type SectionName,
} from '#contract/config-fields.ts';
import type { RunConfig } from '#contract/run-config.ts';

/** The configuration with another value of one field, for each field of a section. */
export const changedConfigs = (
  config: RunConfig,
  section: SectionName,
): readonly Readonly<{ field: ConfigFieldName; changed: RunConfig }>[] =>
  fieldsOf(section).map((field) => ({
    field,
    changed: { ...config, [field]: otherValue(field, config[field]) },
  }));

/** A value that the field takes beside `value`. */
export function otherValue(field: ConfigFieldName, value: number | string): number | string {
  const { words = [], firstNumber } = configField(field);
  const bounds = numberBounds(field);
  const word = words.find((candidate) => candidate !== value);
  if (bounds === null || typeof value === 'string') return word ?? firstNumber ?? bounds?.min ?? '';
  const { min, max, isInteger } = bounds;
  if (!isInteger) return Number.isFinite(max) ? (value + max) / 2 : value + 1;
  return value < max ? value + 1 : min;
}
