import { z } from 'zod';

import * as m from '#messages';

import { datasetId } from './input.ts';
import { givenNameSchema } from './name.ts';
import { marginPointsSchema } from './settings.ts';

/** How often an experiment is looked at, equally spaced over its paired seeds: alpha is spent over them (O'Brien and Fleming). */
export const looksSchema = wholeTo20();

function wholeTo20() {
  const error = () => m.experiments_looks_bounds();
  return z.number({ error }).int({ error }).min(1, { error }).max(20, { error });
}

/** What every start of runs can say beside their configurations. */
export const startSchema = datasetId.extend({
  name: givenNameSchema.optional(),
  looks: looksSchema.optional(),
  /** The band that is too small to matter, fixed with the start; as the settings have it where it is left out. */
  marginPoints: marginPointsSchema.optional(),
});
