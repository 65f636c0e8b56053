import type { Experiment, Judgement } from '#contract/experiment.ts';
import { factorialWords } from '#core/experiment/factorial-words.ts';
import { strataWords } from '#core/experiment/verdict-words.ts';

import { table } from './text.ts';

/** What `experiments list` and `experiments show` print with --json. */
export const experimentFacts = (experiment: Experiment, judgement: Judgement) => {
  const { stableFlips, runIds: _, seeds, ...rest } = judgement;
  return { ...rest, ...experiment, pairedSeeds: seeds, stableFlips: stableFlips.length };
};

export function factorialLines(factorial: NonNullable<Judgement['factorial']>): string[] {
  const { header, rows, notes } = factorialWords(factorial);
  return [...table(header, rows, header.slice(1)), ...notes];
}

/** A verdict a setting, as a table. */
export function strataLines(strata: NonNullable<Judgement['strata']>): string[] {
  if (strata.length === 0) return [];
  const { header, rows, notes } = strataWords(strata);
  return ['', ...table(header, rows, header.slice(1, 5)), ...notes];
}
