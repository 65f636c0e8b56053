import type { Plan } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';

export type PlanInput = Pick<
  RunConfig,
  'maxLength' | 'hiddenUnits' | 'batchSize' | 'threads' | 'lstmActivation'
>;

/**
 * How a model is computed: a pure function of its shape and the machine's cores, because threads, kernel forms and chunk sizes
 * change the last bits of every result. Stored with the run; resume and verify use the stored one. The numbers are measured
 * (trainer/LABLOG.md).
 */
export function choosePlan(input: PlanInput, coreCount: number, backend: Plan['backend']): Plan {
  const { maxLength, hiddenUnits, batchSize, lstmActivation } = input;
  const threads = input.threads === 'auto' ? coreCount : input.threads;
  const isLarge = batchSize >= 32 && hiddenUnits >= 64;
  return {
    backend,
    // One thread an operation and one operation a core: the two directions of the LSTM are long chains of small products that
    // gain nothing from more threads each.
    intraOpThreads: Math.max(1, Math.floor(threads / 2)),
    interOpThreads: Math.min(2, threads),
    lstmChunk: Math.min(maxLength, isLarge ? 25 : 100),
    convChunk: Math.min(maxLength, 25),
    flattenChunk: Math.min(maxLength, isLarge ? 25 : 100),
    lstmBackward: lstmActivation === 'relu' ? 'unrolled' : isLarge ? 'steps' : 'block',
  };
}
