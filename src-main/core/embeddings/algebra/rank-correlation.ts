import { correlation } from './neighbours.ts';

/** From 0; those that are equal share the mean of their places (mid-ranks). */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, index) => index).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  const result = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (
      to + 1 < order.length &&
      values[order[to + 1] as number] === values[order[from] as number]
    )
      to += 1;
    for (let place = from; place <= to; place += 1)
      result[order[place] as number] = (from + to) / 2;
    from = to + 1;
  }
  return result;
}

/**
 * Spearman's rank correlation with mid-ranks for ties (C. Spearman, "The proof and measurement of association between two things",
 * American Journal of Psychology 15, 1904), over the places where both are defined. NaN where either does not vary.
 */
export function rankCorrelation(a: Float32Array, b: Float32Array): number {
  const isDefined = (_: number, at: number): boolean =>
    !Number.isNaN(a[at]) && !Number.isNaN(b[at]);
  return correlation(ranks(a.filter(isDefined)), ranks(b.filter(isDefined)));
}
