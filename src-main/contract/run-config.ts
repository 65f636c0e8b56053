import { z } from 'zod';

import * as m from '#messages';

import {
  configField,
  configFieldNames,
  fieldSentence,
  numberBounds,
  type ConfigFieldName,
  type ConfigValue,
} from './config-fields.ts';

type Shape = { [Name in ConfigFieldName]: z.ZodType<ConfigValue<Name>> };

/**
 * One frozen configuration, stored whole with its run. `variant` is null where the three factors are of no preset. What an older run
 * lacks is what it had without saying so.
 */
export const runConfigSchema = z.object({
  variant: z.enum(['A', 'B']).nullable(),
  ...(Object.fromEntries(configFieldNames.map((name) => [name, valueSchema(name)])) as Shape),
  /** The run and epoch whose weights it starts from (core/config/start-from.ts); `none` draws new ones. No field of the form. */
  startFrom: z
    .string()
    .regex(/^(?:none|[a-z0-9]+@\d+)$/, {
      error: () => m.config_start_from(),
    })
    .default('none'),
});
export type RunConfig = Readonly<z.infer<typeof runConfigSchema>>;

function valueSchema(name: ConfigFieldName): z.ZodType {
  const { words = [], before } = configField(name);
  const error = (): string => fieldSentence(name);
  const options: z.ZodType[] = words.length === 0 ? [] : [z.enum(words, { error })];
  const bounds = numberBounds(name);
  if (bounds !== null) {
    const base = z.number({ error });
    const whole = bounds.isInteger ? base.int({ error }) : base;
    const low = bounds.isMinExclusive
      ? whole.gt(bounds.min, { error })
      : whole.min(bounds.min, { error });
    options.push(low.max(bounds.max, { error }));
  }
  const value = z.union(options, { error });
  return before === undefined ? value : value.default(before);
}

const valuesBefore: Partial<Record<keyof RunConfig, unknown>> = {
  startFrom: 'none',
  ...Object.fromEntries(
    configFieldNames.flatMap((name) => {
      const { before } = configField(name);
      return before === undefined ? [] : [[name, before]];
    }),
  ),
};

/**
 * A configuration as it is stored with a run, the only way to one: what an older run lacks is filled in. A file that somebody changed
 * may still miss some or hold other values: `runConfigSchema` tells.
 */
export const readStoredConfig = (json: string): RunConfig =>
  ({ ...valuesBefore, ...(JSON.parse(json) as Partial<RunConfig>) }) as RunConfig;

/** What a form or a command line gives: any fields; the rest are defaults (core/config/run-config.ts resolves it). */
export const runConfigInputSchema = z
  .object(
    {
      variant: z
        .enum(['A', 'B'], { error: () => m.config_use_choice({ choices: `A${m.config_or()}B` }) })
        .nullable()
        .optional(),
      preset: z
        .enum(['original'], { error: () => m.config_use_choice({ choices: 'original' }) })
        .optional(),
    },
    { error: () => m.config_fields() },
  )
  .catchall(z.unknown());
export type RunConfigInput = Readonly<
  Partial<Record<ConfigFieldName, unknown>> & {
    variant?: 'A' | 'B' | null | undefined;
    preset?: 'original' | undefined;
    startFrom?: string | undefined;
  }
>;
