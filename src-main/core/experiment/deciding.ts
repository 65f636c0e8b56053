import type { Verdict } from '#contract/experiment.ts';

type Inferred = Pick<Verdict, 'interval95' | 'interval90' | 'p' | 'twoWay' | 'generalises'>;
export type Inference = NonNullable<Verdict['twoWay']>;

/** The intervals and p by which a verdict's state was decided; null where there are none. */
export const decidingInference = (verdict: Inferred): Inference | null =>
  verdict.generalises === 'seedsAndReviews' ? verdict.twoWay : overSeeds(verdict);

/** Those of the other kind: over seeds and reviews where that over seeds decides, and the reverse. */
export const otherInference = (verdict: Inferred): Inference | null =>
  verdict.generalises === 'seedsAndReviews' ? overSeeds(verdict) : verdict.twoWay;

const overSeeds = ({ interval95, interval90, p }: Inferred): Inference | null =>
  interval95 === null || interval90 === null || p === null ? null : { interval95, interval90, p };
