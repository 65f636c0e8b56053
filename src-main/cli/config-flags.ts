import {
  configFieldNames,
  configFields,
  fieldRange,
  type ConfigFieldName,
} from '#contract/config-fields.ts';
import { AppError } from '#contract/failure.ts';
import type { RunConfigInput } from '#contract/run-config.ts';
import { flagOf, readFieldText, resolveConfig } from '#core/config/run-config.ts';
import * as m from '#messages';

import { choiceOption } from './arguments.ts';
import type { Arguments, OptionSpec } from './command.ts';

/** A flag for every field of a run's configuration, with its bounds and default. */
export const configOptions: Readonly<Record<string, OptionSpec>> = {
  variant: { value: 'A|B', text: m.cli_option_variant },
  preset: { value: 'P', text: m.cli_option_preset },
  ...Object.fromEntries(
    configFieldNames.map((field) => [flagOf(field), { value: 'V', text: () => describe(field) }]),
  ),
};

/** Reads the flags; throws `invalid` with the first field that is out of bounds. */
export function readConfig(args: Arguments): RunConfigInput {
  const fields = Object.fromEntries(
    configFieldNames.flatMap((field) => {
      const text = args.values[flagOf(field)];
      return text === undefined ? [] : [[field, readFieldText(field, text)]];
    }),
  );
  const input: RunConfigInput = {
    variant: choiceOption(args, 'variant', ['A', 'B']),
    preset: choiceOption(args, 'preset', ['original']),
    ...fields,
  };
  const resolved = resolveConfig(input);
  if (!resolved.ok) {
    const [error] = resolved.errors;
    const field = error?.field ?? '';
    throw new AppError(
      'invalid',
      m.cli_option_wrong({ name: flagOf(field), why: error?.message ?? m.cli_why_unknown() }),
      { field },
    );
  }
  return input;
}

function describe(field: ConfigFieldName): string {
  const isPreset = field === 'embedding' || field === 'convPadding' || field === 'cnnHead';
  return m.cli_option_range({
    range: fieldRange(field),
    value: isPreset ? m.cli_of_variant() : String(configFields[field].default),
  });
}
