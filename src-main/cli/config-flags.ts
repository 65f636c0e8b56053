import { AppError } from '#contract/failure.ts';
import {
  choiceFields,
  numberFields,
  numberOrWordFields,
  type ConfigFieldName,
  type RunConfigInput,
} from '#contract/run-config.ts';
import {
  configFieldNames,
  fieldSentence,
  flagOf,
  readFieldText,
  resolveConfig,
} from '#core/run-config.ts';

import { choiceOption } from './arguments.ts';
import type { Arguments, OptionSpec } from './command.ts';

/** A flag for every field of a run's configuration, with its bounds and default. */
export const configOptions: Readonly<Record<string, OptionSpec>> = {
  variant: { value: 'A|B', text: 'preset of embedding, conv-padding and cnn-head (default A)' },
  preset: { value: 'P', text: 'original: the settings of the original experiment' },
  ...Object.fromEntries(
    configFieldNames.map((field) => [flagOf(field), { value: 'V', text: describe(field) }]),
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
      `--${flagOf(field)}: ${error?.message ?? 'The value is not possible.'}`,
      { field },
    );
  }
  return input;
}

function describe(field: ConfigFieldName): string {
  const fields: Readonly<Record<string, Readonly<{ default: unknown }>>> = {
    ...numberFields,
    ...numberOrWordFields,
    ...choiceFields,
  };
  const range = (fieldSentence(field) ?? '').replace(/^Use (a )?/, '').replace(/\.$/, '');
  const isPreset = field === 'embedding' || field === 'convPadding' || field === 'cnnHead';
  return `${range} (default ${isPreset ? "the variant's" : String(fields[field]?.default)})`;
}
