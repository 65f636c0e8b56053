import type { ConfigFieldName } from '#contract/config-fields.ts';
import { fieldValue } from '#core/field-words.ts';
import * as m from '#messages';

const units: Partial<Record<ConfigFieldName, () => string>> = {
  numWords: m.fields_unit_words,
  maxLength: m.fields_unit_tokens,
  embeddingDim: m.fields_unit_dims,
  hiddenUnits: m.fields_unit_units,
  batchSize: m.fields_unit_reviews,
  epochs: m.fields_unit_epochs,
  minDelta: m.fields_unit_loss,
};

export function unitOf(field: ConfigFieldName): string | undefined {
  return units[field]?.();
}

const options: Record<string, () => string> = {
  separate: m.new_run_option_separate,
  shared: m.new_run_option_shared,
  same: m.new_run_option_same,
  valid: m.new_run_option_valid,
  none: m.new_run_option_none,
  dense: m.new_run_option_dense,
  both: m.new_run_option_both,
  cnn: m.new_run_option_cnn,
  lstm: m.new_run_option_lstm,
  pre: m.new_run_option_pre,
  post: m.new_run_option_post,
  fixed: m.new_run_option_fixed,
  seed: m.new_run_option_seed,
};

/** A choice as its button says it. */
export function optionLabel(value: string): string {
  return options[value]?.() ?? fieldValue('', value);
}
