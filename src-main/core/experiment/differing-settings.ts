import type { Judgement } from '#contract/experiment.ts';
import type { RunConfig } from '#contract/run-config.ts';
import * as m from '#messages';

import { configDifferences } from '../comparison/differences.ts';
import { fieldLabel } from '../config/field-words.ts';
import { withoutMeaning } from './grouping.ts';

/** Settings in which two sides differ. The variant is a name for three of them. */
export const differingSettings = (first: RunConfig, second: RunConfig): string[] =>
  Object.keys(configDifferences([first, second])).filter(
    (field) => field !== 'variant' && !withoutMeaning.has(field),
  );

/** That a verdict is about several settings together; null where the sides differ in one at most. */
export function severalSettingsLine(
  [first, second]: readonly [string, string],
  settings: readonly string[],
  { isGrid }: Readonly<{ isGrid: boolean }>,
): string | null {
  if (settings.length < 2) return null;
  return m.experiments_several_settings({
    isGrid: isGrid ? 'yes' : 'no',
    first,
    second,
    count: settings.length,
    settings: settings.map(fieldLabel).join(', '),
  });
}

/** The same of the sides of a judgement, or of those that it compares under several settings. */
export function differingLine({
  sides,
  strata,
  differingSettings: settings,
  factorial,
}: Pick<Judgement, 'sides' | 'strata' | 'differingSettings' | 'factorial'>): string | null {
  const names = sides === null ? strata?.[0]?.sides : ([sides[0].name, sides[1].name] as const);
  return names === undefined
    ? null
    : severalSettingsLine(names, settings, { isGrid: factorial !== null });
}
