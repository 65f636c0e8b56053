import { z } from 'zod';

import { done, nothing } from './input.ts';
import { eachEpochFigure } from './metric.ts';
import { nameSchema } from './name.ts';

/**
 * Curves of a training outside of Twofold, to be seen beside those of runs. They have no configuration, data or predictions that
 * could be vouched for, so no comparison, verdict or experiment takes them.
 */
export const outsideCurveSchema = z.object({
  curveId: z.string(),
  name: z.string(),
  /** It came from. */
  fileName: z.string(),
  importedAt: z.string(),
  /** Ascending, counted from 1. A figure is null where others gave none, or one that is not finite. */
  epochs: z.array(
    z.object({ epoch: z.number().int(), ...eachEpochFigure(() => z.number().nullable()) }),
  ),
});
export type OutsideCurve = z.infer<typeof outsideCurveSchema>;
export type OutsideEpoch = OutsideCurve['epochs'][number];

export const outsideImportSchema = z.object({
  path: z.string().min(1),
  /** For a file with one curve; otherwise the name in the file, or that of the file. */
  name: nameSchema.optional(),
});

export const outsideImportedSchema = z.object({
  curves: z.array(outsideCurveSchema),
  /** The file counts epochs from 0, as Keras's CSVLogger does. */
  isFromZero: z.boolean(),
  /** That hold no figure which is known here. */
  unusedColumns: z.array(z.string()),
});

export const outsideCurveCalls = {
  /** Curves of trainings outside of Twofold, from a CSV file. */
  'outsideCurves.list': { input: nothing, output: z.array(outsideCurveSchema) },
  'outsideCurves.import': { input: outsideImportSchema, output: outsideImportedSchema },
  'outsideCurves.remove': { input: z.object({ curveId: z.string() }), output: done },
  /** Takes back one that was removed: the caller has it still. */
  'outsideCurves.restore': { input: outsideCurveSchema, output: done },
} as const;

export const outsideCurveEvents = {
  'outsideCurves.changed': nothing,
} as const;
