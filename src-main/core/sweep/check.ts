import {
  configFields,
  isConfigField,
  numberBounds,
  type ConfigFieldName,
} from '#contract/config-fields.ts';
import type { Distribution, Sweep } from '#contract/sweep.ts';
import * as m from '#messages';

import { factorNames } from '../experiment/grouping.ts';
import { resolveConfig, type FieldError } from '../config/run-config.ts';

export function fieldsOfGrid(
  grid: NonNullable<Sweep['grid']>,
): Readonly<Record<string, readonly unknown[]>> {
  return grid === 'factors'
    ? Object.fromEntries(factorNames.map((name) => [name, configFields[name].words]))
    : grid;
}

/** Fields that may differ between the configurations of a sweep. */
export type VariableField = ConfigFieldName | 'variant';

export const variableFieldOf = (name: string): VariableField | null =>
  name === 'variant' || isConfigField(name) ? name : null;

/** Every mistake in a sweep that can be told without putting its values together: `grid.embeddingDim`: "1: Use ...". */
export function checkSweep(sweep: Sweep): FieldError[] {
  const { base, grid, random, list, seeds } = sweep;
  if (random !== undefined && list !== undefined) {
    return [{ field: 'list', message: m.sweep_one_kind() }];
  }
  const resolved = resolveConfig(base);
  const errors: FieldError[] = resolved.ok
    ? []
    : resolved.errors.map(({ field, message }) =>
        valueError(`base.${field}`, (base as Readonly<Record<string, unknown>>)[field], message),
      );
  const hasSeeds = seeds !== undefined;
  if (hasSeeds && 'seed' in base) errors.push(...checkField('seed', 'base'));
  if (grid !== undefined && grid !== 'factors') {
    for (const [name, values] of Object.entries(grid)) {
      errors.push(...checkField(name, 'grid'), ...checkValues(name, values, `grid.${name}`));
    }
  }
  for (const [name, distribution] of Object.entries(random?.fields ?? {})) {
    errors.push(...checkField(name, 'random.fields'));
    errors.push(...checkDistribution(name, distribution, `random.fields.${name}`));
  }
  list?.forEach((point, index) => {
    for (const [name, value] of Object.entries(point)) {
      const where = `list.${index}`;
      if (name !== 'seed' || hasSeeds) errors.push(...checkField(name, where));
      errors.push(...checkValues(name, [value], `${where}.${name}`));
    }
  });
  const inGrid = new Set(Object.keys(grid === undefined ? {} : fieldsOfGrid(grid)));
  for (const name of new Set([random?.fields ?? {}, ...(list ?? [])].flatMap(Object.keys))) {
    if (inGrid.has(name)) errors.push({ field: `grid.${name}`, message: m.sweep_twice() });
  }
  if (hasSeeds) errors.push(...checkValues('seed', seeds, 'seeds'));
  return errors;
}

function checkField(name: string, where: string): FieldError[] {
  const field = `${where}.${name}`;
  if (name === 'seed') return [{ field, message: m.sweep_seed_apart() }];
  return variableFieldOf(name) === null
    ? [{ field, message: m.config_no_field({ field: name }) }]
    : [];
}

function checkValues(name: string, values: readonly unknown[], where: string): FieldError[] {
  if (variableFieldOf(name) === null) return [];
  return values.flatMap((value) => {
    const why = problemOf(name, value);
    return why === null ? [] : [valueError(where, value, why)];
  });
}

function checkDistribution(name: string, distribution: Distribution, where: string): FieldError[] {
  if (Array.isArray(distribution)) return checkValues(name, distribution, where);
  const field = variableFieldOf(name);
  if (field === null) return [];
  const bounds = field === 'variant' ? null : numberBounds(field);
  if (bounds === null) return [{ field: where, message: m.sweep_needs_values() }];
  const isLog = 'logUniform' in distribution;
  const [low, high] = isLog ? distribution.logUniform : distribution.uniform;
  if (low >= high) return [valueError(where, [low, high], m.sweep_range_order())];
  if (isLog && low <= 0) return [valueError(where, low, m.sweep_log_above_zero())];
  const step = isLog ? undefined : distribution.step;
  if (bounds.isInteger && step !== undefined && !Number.isInteger(step)) {
    return [valueError(`${where}.step`, step, m.sweep_whole_step())];
  }
  return checkValues(name, [low, high], where);
}

/** Why a field cannot have this value; null where it can. */
function problemOf(name: string, value: unknown): string | null {
  if (name === 'variant') {
    return value === 'A' || value === 'B'
      ? null
      : m.config_use_choice({ choices: `A${m.config_or()}B` });
  }
  const resolved = resolveConfig({ [name]: value });
  const own = resolved.ok ? undefined : resolved.errors.find(({ field }) => field === name);
  return own?.message ?? null;
}

const valueError = (field: string, value: unknown, why: string): FieldError => ({
  field,
  message: m.sweep_value({
    // A number that is too large for one (1e999) has no JSON.
    value: typeof value === 'number' ? String(value) : JSON.stringify(value),
    why,
  }),
});
