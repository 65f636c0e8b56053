import { configFields, isConfigField, type FieldWord } from '#contract/config-fields.ts';
import type { RunSummary } from '#contract/run.ts';
import { startPointOf } from './start-from.ts';

import * as m from '#messages';
import { count, percent } from '../wording/number-text.ts';

const values: Record<FieldWord, () => string> = {
  separate: m.fields_value_separate,
  shared: m.fields_value_shared,
  same: m.fields_value_same,
  valid: m.fields_value_valid,
  none: m.fields_value_none,
  dense: m.fields_value_dense,
  both: m.fields_value_both,
  cnn: m.fields_value_cnn,
  lstm: m.fields_value_lstm,
  pre: m.fields_value_pre,
  post: m.fields_value_post,
  every: m.fields_value_every,
  ends: m.fields_value_ends,
  auto: m.fields_value_auto,
  test: m.fields_value_test,
  own: m.fields_value_own,
  fixed: m.fields_value_fixed,
  seed: m.fields_value_seed,
  tanh: () => 'tanh',
  relu: () => 'relu',
  native: () => 'native',
  wasm: () => 'wasm',
};

/** What a field of the configuration is called on the screen; an unknown name stands for itself. */
export function fieldLabel(field: string): string {
  if (field === 'variant') return m.fields_variant();
  if (field === 'startFrom') return m.fields_start_from();
  return isConfigField(field) ? configFields[field].label() : field;
}

/** A field's value as a person reads it. */
export function fieldValue(field: string, value: string | number | null): string {
  if (value === null) return m.fields_value_custom();
  if (typeof value === 'string')
    return Object.hasOwn(values, value) ? values[value as FieldWord]() : value;
  if (field === 'validation') return m.fields_value_hold_out({ percent: percent(value * 100, 0) });
  if (field === 'snapshots') return m.fields_value_every_nth({ count: value });
  return Number.isInteger(value) && field !== 'seed' ? count(value) : String(value);
}

/** Where a run's first weights are from. */
export function startText(
  startFrom: string,
  runs: readonly Pick<RunSummary, 'runId' | 'name'>[],
): string {
  const start = startPointOf(startFrom);
  if (start === null) return m.fields_value_start_new();
  return m.fields_value_start({ name: startName(start.runId, runs), epoch: count(start.epoch) });
}

/** The name of a run that another starts from; its id where it is not listed. */
export function startName(
  runId: string,
  runs: readonly Pick<RunSummary, 'runId' | 'name'>[],
): string {
  return runs.find((run) => run.runId === runId)?.name ?? runId;
}
