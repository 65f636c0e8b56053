import type { RunProgress } from '#contract/run.ts';

/** Steps count over the whole run; this is the step within the present epoch, from 1. */
export function stepInEpoch({
  step,
  stepsPerEpoch,
}: Pick<RunProgress, 'step' | 'stepsPerEpoch'>): number {
  return step === 0 || stepsPerEpoch === 0 ? 0 : ((step - 1) % stepsPerEpoch) + 1;
}
