import type { FieldWord } from '#contract/config-fields.ts';
import { fieldValue } from '#core/config/field-words.ts';
import * as m from '#messages';

/** Where a button says another word than a table. */
const options: Partial<Record<FieldWord, () => string>> = {
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
  return options[value as FieldWord]?.() ?? fieldValue('', value);
}
