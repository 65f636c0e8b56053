import { randomStream } from '../util/random.ts';
import { chiSquareDraw } from './chi-square.ts';
import { levelOfLook, type Look } from './looks.ts';
import { criticalT } from './student.ts';

/** A look that was taken, and at how many pairs. */
export type LookAtPairs = Look & Readonly<{ pairs: number }>;

/**
 * How likely at least one of these looks says that there is a difference where there is none. The levels of planned looks are made
 * for 5 % together; a look that was added spends more. Each alone is wrong exactly at its level, so that only how often several are
 * wrong together is simulated: a look's t statistic is of the mean and the sum of squares so far, and of further pairs these are
 * normal and chi-square. It is off by about 0.1 points; the same looks always give the same error.
 *
 * One minus it is how often the interval of the look that ended the experiment holds the difference.
 *
 * @param looks in their order; the pairs of each hold those of the one before
 */
export function attainedError(looks: readonly LookAtPairs[], replicates = 30_000): number {
  const tested = looks
    .filter(({ pairs }) => pairs > 1)
    .map((look) => {
      const level = levelOfLook(look);
      return { pairs: look.pairs, level, critical: criticalT(look.pairs - 1, 1 - level) };
    });
  const random = randomStream(1, 'attained error');
  let again = 0;
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    let [count, mean, squares, wrong] = [0, 0, 0, 0];
    for (const { pairs, critical } of tested) {
      const added = pairs - count;
      if (added > 0) {
        const apart = random.normal() / Math.sqrt(added) - mean;
        squares += chiSquareDraw(added - 1, random) + (apart * apart * count * added) / pairs;
        mean += (apart * added) / pairs;
        count = pairs;
      }
      if (Math.abs(mean) > critical * Math.sqrt(squares / (count - 1) / count)) wrong += 1;
    }
    if (wrong > 1) again += wrong - 1;
  }
  return tested.reduce((sum, { level }) => sum + level, 0) - again / replicates;
}
