/** Reviews by truth and verdict: [true negative, false positive, false negative, true positive]. */
export type Confusion = [number, number, number, number];

/** The place of a review in a confusion: two times the truth plus the verdict, which is positive from the threshold on. */
export const cellOf = (label: number, probability: number, threshold: number): 0 | 1 | 2 | 3 =>
  ((label === 1 ? 2 : 0) + (probability >= threshold ? 1 : 0)) as 0 | 1 | 2 | 3;

export function confusionAt(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  threshold: number,
): Confusion {
  const confusion: Confusion = [0, 0, 0, 0];
  for (let index = 0; index < labels.length; index += 1)
    confusion[cellOf(labels[index] ?? 0, probabilities[index] ?? 0, threshold)] += 1;
  return confusion;
}
