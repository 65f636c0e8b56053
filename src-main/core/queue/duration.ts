import type { RunConfig } from '#contract/run-config.ts';

/** From the least to the most that can be expected. */
export type Span = readonly [low: number, high: number];

/** To start a training process and to measure what a run has learnt at its end, before and after its epochs. */
export const besideEpochsSeconds = 1.5;

type Stopping = Pick<RunConfig, 'epochs' | 'patience'>;

/** With early stopping a run is expected to be over after this many times its patience, as the estimate of its disk has it. */
const expectedPatiences = 4;

/** Epochs that a run has before it. Of one that has begun: those done, and the best of them. */
export function epochsLeft(
  { epochs, patience }: Stopping,
  done = 0,
  best: number | null = null,
): Span {
  const all = Math.max(0, epochs - done);
  if (patience === 'none') return [all, all];
  const least = (best ?? 1) + patience - done;
  const most = Math.max(least, expectedPatiences * patience - done);
  return [Math.min(all, Math.max(0, least)), Math.min(all, Math.max(0, most))];
}

/** Seconds until runs that wait behind others are over, where so many train at once. Longest first is not assumed: order is kept. */
export function queueSeconds(runs: readonly Span[], atOnce: number): Span {
  const ends = (side: 0 | 1): number => {
    const free = Array.from({ length: Math.max(1, atOnce) }, () => 0);
    for (const run of runs) {
      const next = free.indexOf(Math.min(...free));
      free[next] = (free[next] ?? 0) + run[side];
    }
    return Math.max(...free);
  };
  return [ends(0), ends(1)];
}
