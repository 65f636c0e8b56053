import type { Judgement } from '#contract/experiment.ts';
import type { RunConfig } from '#contract/run-config.ts';

/** How the training samples and hold-outs of runs were drawn: once for all seeds, or for each seed. */
export function trainingDraw(
  configs: readonly Pick<RunConfig, 'limit' | 'validation' | 'subset'>[],
): Judgement['trainingDraw'] {
  const drawn = configs.filter(
    ({ limit, validation }) => limit !== 'none' || typeof validation === 'number',
  );
  const [first, ...more] = new Set(drawn.map(({ subset }) => subset));
  if (first === undefined) return 'none';
  return more.length === 0 ? first : 'mixed';
}
