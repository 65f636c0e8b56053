import * as m from '../messages/compiled/messages.js';
import { accuracy, fixed } from './format.ts';

/** The accuracy of a bag of words with its interval. */
export const baselineFigure = (
  baseline: Readonly<{ accuracy: number; accuracyInterval: readonly [number, number] }>,
): string =>
  m.run_baseline_figure({
    accuracy: accuracy(baseline.accuracy),
    low: fixed(baseline.accuracyInterval[0] * 100, 2),
    high: fixed(baseline.accuracyInterval[1] * 100, 2),
  });
