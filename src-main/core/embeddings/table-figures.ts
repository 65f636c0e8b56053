import { shownTableMeasures, type Diff, type ShownTableMeasure } from '#contract/embedding-diff.ts';

import { unit, withError } from '../wording/number-text.ts';

type Pair = Diff['pairs'][number];

/** The measures of whole tables that a pair has: earlier versions had no mean of second-order similarity. */
export const measuresOf = ({ standardErrors }: Pick<Pair, 'standardErrors'>): ShownTableMeasure[] =>
  shownTableMeasures.filter(
    (measure) => measure !== 'meanSecondOrder' || standardErrors !== undefined,
  );

/**
 * A figure of whole tables as it is read. What random halves or random orders decide has two digits, with its standard error where that is
 * known; all else is written as `exact` says.
 */
export function tableFigureText(
  { standardErrors }: Pick<Pair, 'standardErrors'>,
  measure: ShownTableMeasure,
  column: 'figures' | 'chance' | 'floor',
  value: number,
  exact: (value: number) => string,
): string {
  const isDrawn = column === 'chance' ? !isKnown(measure) : measure === 'heldOutCosine';
  if (!isDrawn) return exact(value);
  const errors = {
    figures: standardErrors?.heldOutCosine,
    chance: standardErrors?.chance[measure],
    floor: null,
  };
  const error = errors[column] ?? null;
  return error === null ? unit(value, 2) : withError(value, error);
}

/** The overlap of neighbours by chance follows from their number and that of the words. */
const isKnown = (measure: ShownTableMeasure): boolean => measure.startsWith('meanJaccard');
